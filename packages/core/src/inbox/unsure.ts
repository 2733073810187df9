import type { Actor, Audit } from "../audit/index.ts";
import { type Consent, optOutActs } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { maskPhone } from "../kernel/pii.ts";
import { type Keys, open } from "../keys/index.ts";
import { countHeldForUnsure, requeueResolvedHolds } from "../outbox/index.ts";
import type { Db } from "../storage/index.ts";

/** One message; where it speaks for several people of ours, who share a number, for all of them. */
export interface UnsureCase {
  readonly caseId: string;
  /** What the person wrote; null where they were erased. */
  readonly text: string | null;
  /** The person's number, masked; null where none is known. */
  readonly from: string | null;
  readonly writtenAt: Date;
  /** How many messages wait for the answer. */
  readonly held: number;
}

/** What people wrote that may mean "stop", until somebody says what it means. */
export interface UnsureCases {
  /** Those that are open, oldest first. To read them is itself in the audit. */
  list(by: Actor, workspaceId: string): Promise<UnsureCase[]>;
  count(workspaceId: string): Promise<number>;
  /** Either way what was held for the person is decided again. @throws WebxkeyError `not_found`, `conflict`. */
  answer(by: Actor, workspaceId: string, caseId: string, answer: "opt_out" | "carry_on"): Promise<void>;
}

export function createUnsureCases({
  db,
  keys,
  audit,
  consent,
  contacts,
  clock,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly consent: Consent;
  readonly contacts: Contacts;
  readonly clock: Clock;
}): UnsureCases {
  return {
    async list(by, workspaceId) {
      const { messages, held } = await db.transaction().execute(async (tx) => {
        const found = await tx
          .selectFrom("webxkey.unsure_cases as c")
          .innerJoin("webxkey.inbound_messages as i", (join) =>
            join.onRef("i.workspace_id", "=", "c.workspace_id").onRef("i.inbound_id", "=", "c.inbound_id"),
          )
          .select(["c.case_id", "c.contact_id as concerns", "i.inbound_id", "i.contact_id"])
          .select(["i.content_sealed", "i.provider_at"])
          .where("c.workspace_id", "=", workspaceId)
          .where("c.answer", "is", null)
          .orderBy("c.opened_at")
          .limit(BATCH_ROWS_MAX)
          .execute();
        const messages = Map.groupBy(found, (row) => row.inbound_id);
        const object = { type: "workspace", id: workspaceId };
        await audit.append(tx, workspaceId, [
          { actor: by, action: "unsure.listed", object, outcome: String(messages.size) },
        ]);
        const concerned = [...new Set(found.map((row) => row.concerns))];
        return { messages, held: await countHeldForUnsure(tx, workspaceId, concerned) };
      });
      const rows = [...messages.values()].flatMap(([first]) => (first ? [first] : []));
      const people = [...new Set(rows.map((row) => row.contact_id))];
      const [personKeys, identities] = await Promise.all([
        keys.subjects(workspaceId, people),
        contacts.identities(workspaceId, people),
      ]);
      return rows.map((row) => {
        const key = personKeys.get(row.contact_id);
        const place = `inbound_messages.content|${workspaceId}|${row.inbound_id}`;
        const content =
          key && row.content_sealed
            ? (JSON.parse(open(key, place, row.content_sealed).toString()) as { text: string | null })
            : null;
        const phone = identities.get(row.contact_id)?.find(({ kind }) => kind === "phone");
        return {
          caseId: row.case_id,
          text: content?.text ?? null,
          from: phone ? maskPhone(phone.value.reveal()) : null,
          writtenAt: row.provider_at,
          held: (messages.get(row.inbound_id) ?? []).reduce(
            (sum, { concerns }) => sum + (held.get(concerns) ?? 0),
            0,
          ),
        };
      });
    },

    async count(workspaceId) {
      const { open } = await db
        .selectFrom("webxkey.unsure_cases")
        .select(({ fn }) => fn.count<string>("inbound_id").distinct().as("open"))
        .where("workspace_id", "=", workspaceId)
        .where("answer", "is", null)
        .executeTakeFirstOrThrow();
      return Number(open);
    },

    async answer(by, workspaceId, caseId, answer) {
      const cases = await db
        .selectFrom("webxkey.unsure_cases as c")
        .innerJoin("webxkey.unsure_cases as same", (join) =>
          join
            .onRef("same.workspace_id", "=", "c.workspace_id")
            .onRef("same.inbound_id", "=", "c.inbound_id"),
        )
        .select(["same.contact_id", "same.inbound_id"])
        .where("c.workspace_id", "=", workspaceId)
        .where("c.case_id", "=", caseId)
        .execute();
      const [first] = cases;
      if (!first) throw new WebxkeyError("not_found", { detail: "There is no such message." });
      const which = { inboundId: first.inbound_id };
      await db.transaction().execute(async (tx) => {
        await consent.lockPeople(
          tx,
          workspaceId,
          cases.map((row) => row.contact_id),
        );
        const closed = await consent.unsure.answer(tx, by, workspaceId, which, answer);
        if (closed.length === 0) {
          throw new WebxkeyError("conflict", { detail: "Somebody has answered this message already." });
        }
        const evidence = `The person's message, read by somebody of the shop (case ${caseId}).`;
        const of = {
          channel: "whatsapp",
          method: "admin",
          evidence,
          actor: by,
          occurredAt: clock.now(),
        } as const;
        const people = answer === "opt_out" ? closed.flatMap(({ subjectId }) => subjectId ?? []) : [];
        const acts = people.flatMap((contactId) => optOutActs({ ...of, contactId }));
        const { facts } = await consent.record(tx, workspaceId, acts);
        await audit.append(tx, workspaceId, [...closed, ...facts]);
      });
      // Apart, because who applies webhooks locks messages before people. What is not asked again here waits for the next time.
      await db.transaction().execute(async (tx) => {
        await audit.append(tx, workspaceId, await requeueResolvedHolds(tx, workspaceId));
      });
    },
  };
}
