import { demoAccount } from "@webxkey/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRig, type Rig } from "../rig.ts";
import { brokenOf } from "../scenarios/figure.ts";

/** A real run in which nothing goes wrong; then losses and doubles are planted, and the auditor has to find them. */
let rig: Rig;
const SENDS = 12;

beforeAll(async () => {
  rig = await openRig({ seed: 1, durable: false });
  await rig.publish(SENDS);
  await rig.quiet({ withinMs: 60_000 });
});
afterAll(() => rig[Symbol.asyncDispose]());

const judged = async () => (await rig.judge()).judgement;

/** The same request once more, as a client that retries by itself makes it. */
async function sendAgain(callbackData: string): Promise<void> {
  const [sent] = (await rig.simulator.accepted()).filter((one) => one.callbackData === callbackData);
  const response = await fetch(`${rig.simulator.url}/v25.0/${demoAccount.number.id}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${demoAccount.token.value}`, "content-type": "application/json" },
    body: JSON.stringify(sent?.request),
  });
  expect(response.status).toBe(200);
}

const attemptOf = async (messageId: string) => {
  const [row] = await rig.database.query<{ id: string }>(
    "select attempt_id as id from webxkey.messages where message_id = $1",
    [messageId],
  );
  return String(row?.id);
};

test("a calm run is sound, and the audit chain verifies", async () => {
  const { judgement, chain } = await rig.judge();
  expect(brokenOf(judgement, chain, false)).toEqual([]);
  expect(judgement).toMatchObject({ acknowledged: SENDS, acceptedOnce: SENDS });
  expect(chain.entries).toBeGreaterThan(SENDS);
});

test("a request that is sent once more is found, though the engine knows nothing of it", async () => {
  const messageId = String(rig.acknowledged[0]);
  const attemptId = await attemptOf(messageId);
  await sendAgain(`v1.${attemptId}`);
  expect(await judged()).toMatchObject({
    doubled: [messageId],
    unflagged: [messageId],
    postedAgain: [attemptId],
  });
});

test("an acknowledged message that is gone from the database is found, and so is what Meta has of it", async () => {
  const messageId = String(rig.acknowledged[1]);
  const attemptId = await attemptOf(messageId);
  for (const table of ["statuses", "attempts"]) {
    await rig.database.query(`delete from webxkey.${table} where attempt_id = $1`, [attemptId]);
  }
  await rig.database.query("delete from webxkey.messages where message_id = $1", [messageId]);
  expect(await judged()).toMatchObject({ lost: [messageId], uncommitted: [attemptId] });
});

test("a message that is said to have failed although Meta has it is found", async () => {
  const messageId = String(rig.acknowledged[2]);
  await rig.database.query(
    "update webxkey.messages set state = 'failed', reason_code = 'refused_by_meta' where message_id = $1",
    [messageId],
  );
  expect((await judged()).misreported).toEqual([messageId]);
});

test("a changed entry of the audit is found", async () => {
  // Its own guard is off for a superuser who wants it off: this is what the chain is for.
  await rig.database.query(
    `set session_replication_role = replica;
     update webxkey.audit_entries set outcome = 'changed' where seq = 3;
     reset session_replication_role`,
  );
  const { judgement, chain } = await rig.judge();
  expect(chain.ok).toBe(false);
  expect(brokenOf(judgement, chain, true)).toContain("the audit chain does not verify");
});
