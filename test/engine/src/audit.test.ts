import type { PublishedIntent } from "@webxkey/core";
import { demoAccount, inboundText, statusWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptedMessages, type Sent } from "./accepted-messages.ts";
import { credentialsOf } from "./clients.ts";
import {
  claim,
  connectDemo,
  type Engine,
  orderPlaced,
  STORES,
  startEngine,
  untilState,
  WORDING,
} from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, webhooksApplied, written } from "./shop.ts";
import { openStore, type Store } from "./stores.ts";
import { columnsOf, fingerprintOf } from "./tables.ts";
import { countOf, deliver, quietSimulator, untilCount } from "./webhooks.ts";

interface Verdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly faults: readonly { readonly seq: number; readonly fault: string }[];
}

async function verify(engine: Engine): Promise<Verdict> {
  const { status, body } = await engine.call<Verdict>("POST", "/v1/audit/verify");
  expect(status).toBe(200);
  return body;
}

/** Changes what is append-only, as only somebody with the database's own superuser can. */
async function tamper(store: Store, statements: string): Promise<void> {
  await store.query(
    `do $tamper$ begin perform set_config('session_replication_role', 'replica', true); ${statements}; end $tamper$`,
  );
}

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      simulator: await quietSimulator({ sentMs: 5, deliveredMs: 10 }),
      worker: false,
    });
    await liveADay(shop);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  describe("a chain of entries", () => {
    let honest: Verdict;
    beforeAll(async () => {
      honest = await verify(shop.engine);
    });

    test("is whole, and holds entries of users, of Meta, of persons and of the engine, with details and without", async () => {
      expect(honest).toMatchObject({ ok: true, faults: [] });
      expect(honest.entries).toBeGreaterThanOrEqual(30);
      const [kinds] = await shop.store.query<{ actors: number; without: number; people: number }>(
        `select count(distinct actor_type)::int as actors, count(*) filter (where detail_commit is null)::int as without,
           count(distinct subject_id)::int as people from webxkey.audit_entries`,
      );
      expect(kinds?.actors).toBeGreaterThanOrEqual(4);
      expect(kinds?.without).toBeGreaterThan(0);
      expect(kinds?.people).toBeGreaterThan(1);
    });

    test("shows every change of every column of every entry and detail", async () => {
      // The intruder also drops what keeps a column to the words it knows.
      await shop.store.query(
        "alter table webxkey.audit_entries drop constraint audit_entries_actor_type_check",
      );
      const missed: string[] = [];
      for (const { what, seqs, make, undo } of await everyChange(shop.store)) {
        await tamper(shop.store, make);
        const { faults } = await verify(shop.engine);
        await tamper(shop.store, undo);
        const found = new Set(faults.map(({ seq }) => seq));
        missed.push(...seqs.filter((seq) => !found.has(seq)).map((seq) => `${what} of ${seq}`));
      }
      expect(missed).toEqual([]);
      expect(await verify(shop.engine)).toEqual(honest);
    });

    test("shows an entry that was given another number or workspace; the last one only in the head", async () => {
      for (const seq of [1, 2, 17, honest.entries - 1, honest.entries]) {
        for (const [there, back] of [
          ["seq = seq + 1000", "seq = seq - 1000"],
          ["workspace_id = 'other'", "workspace_id = 'shop'"],
        ]) {
          await tamper(shop.store, `update webxkey.audit_entries set ${there} where seq = ${seq}`);
          const verdict = await verify(shop.engine);
          await tamper(
            shop.store,
            `update webxkey.audit_entries set ${back} where seq in (${seq}, ${seq + 1_000}) and (seq > 1000 or workspace_id = 'other')`,
          );
          expect(verdict.head).not.toEqual(seq === honest.entries ? honest.head : null);
          if (seq < honest.entries) expect(verdict.ok).toBe(false);
        }
      }
      expect(await verify(shop.engine)).toEqual(honest);
    });

    test("shows an entry that was deleted, wherever it stood; a cut tail shows in the head", async () => {
      await tamper(shop.store, "create table webxkey.kept as table webxkey.audit_entries");
      for (const seq of [1, 2, 17, honest.entries - 1, honest.entries]) {
        await tamper(shop.store, `delete from webxkey.audit_entries where seq = ${seq}`);
        const verdict = await verify(shop.engine);
        await tamper(
          shop.store,
          `insert into webxkey.audit_entries select * from webxkey.kept where seq = ${seq}`,
        );
        if (seq < honest.entries)
          expect(verdict.faults).toContainEqual({
            seq: seq + 1,
            fault: `an entry is missing before it: ${seq} is not there`,
          });
        else expect(verdict).toMatchObject({ ok: true, entries: honest.entries - 1 });
        expect(verdict.head).not.toEqual(seq < honest.entries ? null : honest.head);
      }
      await tamper(shop.store, "drop table webxkey.kept");
      expect(await verify(shop.engine)).toEqual(honest);
    });

    test("shows two entries that changed places, and one that was put between", async () => {
      const swap =
        "update webxkey.audit_entries set seq = -seq where seq in (10, 11); update webxkey.audit_entries set seq = 21 + seq where seq < 0";
      await tamper(shop.store, swap);
      expect((await verify(shop.engine)).ok).toBe(false);
      await tamper(shop.store, swap);
      expect(await verify(shop.engine)).toEqual(honest);

      const shift = (by: number) =>
        `update webxkey.audit_entries set seq = -seq where seq > 10; update webxkey.audit_entries set seq = ${by} - seq where seq < 0`;
      const columns = (await columnsOf(shop.store))
        .filter(({ table }) => table === "audit_entries")
        .map(({ column }) => column);
      const copied = columns.map((column) => (column === "seq" ? "11" : column)).join();
      await tamper(
        shop.store,
        `${shift(1)}; insert into webxkey.audit_entries (${columns.join()}) select ${copied} from webxkey.audit_entries where seq = 10`,
      );
      expect((await verify(shop.engine)).faults).toContainEqual({
        seq: 11,
        fault: "it does not continue the entry before it",
      });
      await tamper(shop.store, `delete from webxkey.audit_entries where seq = 11; ${shift(-1)}`);
      expect(await verify(shop.engine)).toEqual(honest);
    });

    test("shows a detail that was deleted, exchanged with another, or put where there was none", async () => {
      const [one, other] = await shop.store.query<{ seq: number }>(
        "select seq from webxkey.audit_details order by seq",
      );
      const [without] = await shop.store.query<{ seq: number }>(
        "select seq from webxkey.audit_entries where detail_commit is null order by seq",
      );
      await tamper(shop.store, "create table webxkey.kept as table webxkey.audit_details");
      for (const [change, seq, fault] of [
        [
          `delete from webxkey.audit_details where seq = ${one?.seq}`,
          one?.seq,
          "its detail is gone although the key is not",
        ],
        [
          `update webxkey.audit_details set sealed = (select sealed from webxkey.kept where seq = ${other?.seq}) where seq = ${one?.seq}`,
          one?.seq,
          "its detail does not match its commitment",
        ],
        [
          `insert into webxkey.audit_details select workspace_id, ${without?.seq}, sealed from webxkey.kept where seq = ${one?.seq}`,
          without?.seq,
          "its detail does not match its commitment",
        ],
      ] as const) {
        await tamper(shop.store, change);
        expect((await verify(shop.engine)).faults).toEqual([{ seq, fault }]);
        await tamper(
          shop.store,
          "delete from webxkey.audit_details; insert into webxkey.audit_details select * from webxkey.kept",
        );
      }
      await tamper(shop.store, "drop table webxkey.kept");
      expect(await verify(shop.engine)).toEqual(honest);
    });

    test.each([
      ["update webxkey.audit_entries set outcome = 'x' where seq = 1", "audit_entries"],
      ["update webxkey.audit_entries set outcome = outcome where false", "audit_entries"],
      ["delete from webxkey.audit_entries where seq = 1", "audit_entries"],
      ["truncate webxkey.audit_entries cascade", "audit_"],
      ["delete from webxkey.audit_details", "audit_details"],
      ["truncate webxkey.audit_details", "audit_details"],
      [
        "update webxkey.audit_details set sealed = '\\x00' where seq = (select min(seq) from webxkey.audit_details)",
        "audit_details",
      ],
      ["delete from webxkey.consents", "consents"],
      ["truncate webxkey.consents cascade", "is append-only"],
      ["update webxkey.consents set state = 'given'", "consents"],
      ["update webxkey.consents set occurred_at = now()", "consents"],
      ["update webxkey.wordings set body = 'x'", "wordings"],
      ["delete from webxkey.wordings", "wordings"],
    ])("refuses: %s", async (statement, table) => {
      await expect(shop.store.query(statement)).rejects.toThrow(new RegExp(`${table}.*append-only|${table}`));
      expect(await verify(shop.engine)).toEqual(honest);
    });
  });

  test("an event whose message cannot be written leaves no entry, and the next one is taken", async () => {
    await using full = await openShop(name, { simulator: await quietSimulator(), worker: false });
    const before = await verify(full.engine);
    await full.store.query("alter table webxkey.messages add constraint full_up check (false) not valid");
    await expect(full.engine.messaging.publish(orderPlaced(), { claims: [claim()] })).rejects.toThrow(
      "full_up",
    );
    await full.store.query("alter table webxkey.messages drop constraint full_up");
    expect(await verify(full.engine)).toEqual(before);
    await publishOne(full, happened("order.placed"), { claims: [claim()] });
    expect(await verify(full.engine)).toMatchObject({ ok: true, faults: [] });
  });

  describe("while the audit cannot be written", () => {
    let full: Shop;
    let queued: PublishedIntent;
    let held: PublishedIntent;
    let accepted: Sent;
    beforeAll(async () => {
      full = await openShop(name, { simulator: await quietSimulator(), worker: false });
      await full.engine.call("PUT", "/v1/members/officer", { role: "privacy_officer" });
      queued = await publishOne(full, happened("order.placed", { phone: stranger() }), { claims: [claim()] });
      const unsure = happened("order.placed", { phone: stranger() });
      held = await publishOne(full, unsure, { claims: [claim()], wishUnknown: true });
      [accepted] = (await acceptedMessages(full.store, 1)) as [Sent];
      // A sequence counts what was tried, because no rollback takes it back.
      await full.store.query("create sequence public.claims_tried");
      await full.store.query(`create function public.refuse() returns trigger language plpgsql as $$ begin
        if new.action = 'message.attempted' then perform nextval('public.claims_tried'); end if;
        raise exception 'the audit is full';
      end $$`);
      await full.store.query(`create trigger refuse before insert on webxkey.audit_entries
        for each row execute function public.refuse()`);
    });
    afterAll(() => full[Symbol.asyncDispose]());

    const identity = { kind: "phone", value: "+16505550100" };
    const words = { id: "by-hand", version: "1", language: "en", text: "Send me updates." };
    const grant = {
      identity,
      channel: "whatsapp",
      wording: { id: WORDING.id, version: WORDING.version, language: WORDING.language },
      method: "form",
      evidence: "paper form 7",
      reason: "signed at the desk",
      occurred_at: new Date().toISOString(),
    };

    test.each<[string, string, string | (() => string), unknown?, string?]>([
      ["a role", "PUT", "/v1/members/user_new", { role: "viewer" }],
      ["a rule that is switched on", "PUT", "/v1/rules/order-shipped", { active: true }],
      ["a rule that is switched off", "PUT", "/v1/rules/order-confirmation", { active: false }],
      ["templates that are read", "POST", "/v1/templates/sync"],
      ["a number that is connected again", "POST", "/v1/senders", credentialsOf(demoAccount)],
      ["a hold that is released", "POST", () => `/v1/messages/${held.messageId}/release`],
      ["a hold that is cancelled", "POST", () => `/v1/messages/${held.messageId}/cancel`],
      [
        "a consent that is withdrawn",
        "POST",
        "/v1/consents/withdraw",
        { identity, channel: "whatsapp", evidence: "call" },
        "officer",
      ],
      ["words that are written", "POST", "/v1/wordings", { ...words, purpose: "order-updates" }],
      ["a consent that is attested", "POST", "/v1/consents", grant, "officer"],
    ])("nothing is there of %s", async (_what, method, path, body, as) => {
      const before = await fingerprintOf(full.store, STATE);
      const answer = await full.engine.call(method, typeof path === "string" ? path : path(), body, as);
      expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
      expect(JSON.stringify(answer.body)).not.toContain("full");
      expect(await fingerprintOf(full.store, STATE)).toEqual(before);
    });

    test("nothing is there of an event that is published", async () => {
      const before = await fingerprintOf(full.store, STATE);
      await expect(full.engine.messaging.publish(orderPlaced(), { claims: [claim()] })).rejects.toThrow(
        "the audit is full",
      );
      expect(await fingerprintOf(full.store, STATE)).toEqual(before);
    });

    test("no message is claimed or posted, and no webhook is applied", async () => {
      const before = await fingerprintOf(full.store, STATE);
      const status = {
        status: "read",
        wamid: "wamid.x",
        callbackData: `v1.${accepted.attempt_id}`,
        atSeconds: nowSeconds(),
      } as const;
      for (const body of [written({ phone: stranger(), text: "STOP" }), statusWebhook(status)]) {
        expect(await deliver(full.engine, body)).toBe(200);
      }
      const worker = await full.engine.startWorker();
      await untilCount(full.store, 2, "webxkey.inbox where state = 'stored' and failures > 0");
      await untilCount(full.store, 1, "public.claims_tried where is_called");
      await worker.stop();
      expect(await fingerprintOf(full.store, STATE)).toEqual(before);
      expect(await full.simulator.accepted()).toEqual([]);
      expect(
        await countOf(
          full.store,
          `webxkey.messages where message_id = '${queued.messageId}' and state = 'queued'`,
        ),
      ).toBe(1);
    });
  });
});

test.each(STORES)("an entry about a text that no database can hold verifies, on %s", async (name) => {
  await using shop = await openShop(name, { simulator: await quietSimulator() });
  const value = { event: "NUL \0 and half a pair \ud800" };
  const change = { field: "account_update", value };
  const body = {
    object: "whatsapp_business_account",
    entry: [{ id: demoAccount.waba.id, changes: [change] }],
  };
  expect(await deliver(shop.engine, body)).toBe(200);
  await untilCount(shop.store, 1, "webxkey.audit_entries where action = 'account.reported'");
  // Found by broken webhooks (R13) with the seed 1702352164: its id stands in what is sealed.
  const wrote = inboundText({
    phone: stranger(),
    text: "Hello",
    wamid: "\ud800",
    atSeconds: Math.floor(Date.now() / 1_000),
  });
  expect(await deliver(shop.engine, wrote)).toBe(200);
  await untilCount(shop.store, 1, "webxkey.audit_entries where action = 'inbound.received'");
  expect(await countOf(shop.store, "webxkey.inbox where failures > 0")).toBe(0);
  expect((await shop.engine.call("POST", "/v1/audit/verify")).body).toMatchObject({ ok: true, faults: [] });
});

test("two processes that write at once chain their entries one after the other", async () => {
  await using store = await openStore("postgres");
  await using simulator = await quietSimulator();
  await using one = await startEngine({ storage: store.option(), simulator });
  await using other = await startEngine({ storage: store.option(), simulator });
  await connectDemo(one);
  const orders = Array.from({ length: 60 }, () => orderPlaced());
  await Promise.all(
    orders.map((order, index) => (index % 2 ? one : other).messaging.publish(order, { claims: [claim()] })),
  );
  const verdict = await verify(other);
  expect(verdict).toMatchObject({
    ok: true,
    faults: [],
    entries: await countOf(store, "webxkey.audit_entries"),
  });
  expect(await countOf(store, "webxkey.audit_entries where action = 'message.decided'")).toBe(orders.length);
});

/** Everything that a change of state writes, but the inbox and what is made before the transaction that counts. */
const STATE = [
  "members",
  "senders",
  "sender_routes",
  "secrets",
  "templates",
  "rule_states",
  "rule_hours",
  "consents",
  "events",
  "messages",
  "attempts",
  "statuses",
  "inbound_messages",
  "quarantine",
  "audit_entries",
  "audit_details",
];
const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** Some of everything that is written into the audit: by users, by the engine, by Meta, by a person. */
async function liveADay(shop: Shop): Promise<void> {
  const worker = await shop.engine.startWorker();
  for (const [index, role] of ["admin", "operator", "viewer", "auditor", "developer"].entries()) {
    await shop.engine.call("PUT", `/v1/members/user_${index}`, { role });
  }
  for (let order = 0; order < 4; order++) {
    const { messageId } = await publishOne(shop, happened("order.placed", { phone: stranger() }), {
      claims: [claim()],
    });
    await untilState(shop.engine, messageId, "delivered");
  }
  await deliver(shop.engine, written({ phone: stranger(), text: "STOP" }));
  await webhooksApplied(shop);
  await worker.stop();
}

interface Change {
  readonly what: string;
  readonly seqs: readonly number[];
  readonly make: string;
  readonly undo: string;
}

/**
 * For every column that is not a key the smallest changes its type allows, in all rows at once: each entry is checked by
 * itself, so each must be named.
 */
async function everyChange(store: Store): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { table, column, type } of await columnsOf(store)) {
    if (!table.startsWith("audit_") || column === "workspace_id" || column === "seq") continue;
    const text = type === "bytea" ? `'\\x' || encode(${column}, 'hex')` : `${column}::text`;
    const rows = await store.query<{ seq: number; before: string | null }>(
      `select seq, ${text} as before from webxkey.${table} order by seq`,
    );
    for (const change of [0, 1]) {
      const changed = rows.map(({ seq, before }) => ({
        seq,
        before,
        after: smallestChanges(type, before)[change],
      }));
      const set = (which: "before" | "after") => {
        const values = changed.map((row) => `(${row.seq}, ${quoted(row[which] ?? null)})`).join();
        return `update webxkey.${table} t set ${column} = v.value::${type} from (values ${values}) v(seq, value) where t.seq = v.seq`;
      };
      const seqs = rows.map(({ seq }) => seq);
      changes.push({ what: `${table}.${column} (${change})`, seqs, make: set("after"), undo: set("before") });
    }
  }
  return changes;
}

function quoted(value: string | null): string {
  return value === null ? "null" : `'${value.replaceAll("'", "''")}'`;
}

function smallestChanges(type: string, value: string | null): [string, string] {
  switch (type) {
    case "bytea":
      return value === null ? ["\\x", "\\x00"] : [flipped(value, 2), flipped(value, value.length - 1)];
    case "uuid":
      return value === null
        ? [NO_ONE, flipped(NO_ONE, 0)]
        : [flipped(value, 0), flipped(value, value.length - 1)];
    case "timestamp(3) with time zone":
      return [1, -1].map((ms) => new Date(new Date(value ?? 0).getTime() + ms).toISOString()) as [
        string,
        string,
      ];
    default:
      if (value === null) return ["", "null"];
      return [
        String.fromCharCode(value.charCodeAt(0) ^ 1) + value.slice(1),
        value.slice(0, -1) + String.fromCharCode(value.charCodeAt(value.length - 1) ^ 1),
      ];
  }
}

const NO_ONE = "00000000-0000-4000-8000-000000000000";

/** The hex digit at a place with its lowest bit flipped. */
function flipped(hex: string, at: number): string {
  return hex.slice(0, at) + (Number.parseInt(hex[at] ?? "0", 16) ^ 1).toString(16) + hex.slice(at + 1);
}
