import { sql } from "kysely";
import type { Actor, Audit } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { utcMinute } from "../kernel/utc-minute.ts";
import type { MessageState } from "../kernel/vocabulary.ts";
import { type Keys, open } from "../keys/index.ts";
import { type Decision, decideAgain, FINAL_REASONS, type ReasonCode, sentenceOf } from "../policy/index.ts";
import type { Db } from "../storage/index.ts";
import { paramsPlace } from "./intake-rows.ts";
import { notifyQueued } from "./outbox-store.ts";
import { loadSendContext, type SendContextPorts, sendFactsOf } from "./send-context.ts";

// A person sends a message again that failed or was not sent: a new attempt of the same message, decided like any other, with the
// values that are kept of it. The event is never told twice, and never later than it is useful.

export interface ResendPorts extends SendContextPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** @throws WebxkeyError `not_found`; `conflict` with the reason when it cannot be sent again. */
export async function resendMessage(
  ports: ResendPorts,
  by: Actor,
  workspaceId: string,
  messageId: string,
): Promise<void> {
  await ports.db.transaction().execute(async (tx) => {
    const message = await lockMessage(tx, workspaceId, messageId);
    if (!message) throw new WebxkeyError("not_found", { detail: "There is no such message." });
    const obstacle = obstacleOf(message, ports.clock.now());
    if (obstacle) throw new WebxkeyError("conflict", { detail: obstacle });
    const decision = await decideOn(ports, tx, workspaceId, message);
    if (decision.kind === "deny") throw new WebxkeyError("conflict", { detail: sentenceOf(decision.reason) });
    const held = decision.kind === "hold" ? decision.reason : null;
    const { evidence } = decision;
    await tx
      .updateTable("webxkey.messages")
      .set({
        state: held ? "held" : "queued",
        reason_code: held?.code ?? null,
        reason_detail: held?.detail ?? null,
        evidence_kind: evidence?.kind ?? null,
        consent_id: evidence?.kind === "consent" ? evidence.consentId : null,
        due_at: sql<Date>`now()`,
        updated_at: ports.clock.now(),
      })
      .where("workspace_id", "=", workspaceId)
      .where("message_id", "=", messageId)
      .execute();
    await ports.audit.append(tx, workspaceId, [
      {
        actor: by,
        action: "message.resend_requested",
        object: { type: "message", id: messageId },
        outcome: held ? `held:${held.code}` : "queued",
        ...(message.contact_id && { subjectId: message.contact_id }),
      },
    ]);
    if (!held) await notifyQueued(tx);
  });
}

type LockedMessage = NonNullable<Awaited<ReturnType<typeof lockMessage>>>;

async function lockMessage(tx: Db, workspaceId: string, messageId: string) {
  return await tx
    .selectFrom("webxkey.messages as m")
    .innerJoin("webxkey.events as e", (join) =>
      join.onRef("e.workspace_id", "=", "m.workspace_id").onRef("e.event_id", "=", "m.event_id"),
    )
    .select([
      "m.message_id",
      "m.contact_id",
      "m.state",
      "m.reason_code",
      "m.reason_detail",
      "m.template",
      "m.languages",
      "m.purpose",
      "m.channel",
      "m.params_sealed",
      "m.expires_at",
      "e.entity_type",
      "e.entity_ref",
    ])
    .where("m.workspace_id", "=", workspaceId)
    .where("m.message_id", "=", messageId)
    .forUpdate("m")
    .executeTakeFirst();
}

/** What of a message is known without asking anything else. */
export interface ResendableMessage {
  readonly state: string;
  readonly reason_code: string | null;
  readonly reason_detail: string | null;
  readonly has_values: boolean;
  readonly expires_at: Date;
}

function obstacleOf(message: LockedMessage, now: Date): string | undefined {
  return resendObstacle({ ...message, has_values: message.params_sealed !== null }, now);
}

const NOT_NOW: Partial<Record<MessageState, string>> = {
  held: "It is on hold and was not sent yet: release it instead.",
  queued: "It is in the queue and is sent by itself.",
  sending: "It is being sent at this moment.",
  unknown: "Meta has not said yet whether it was sent. It is not sent again before that is known.",
  accepted: "Meta has accepted it; its delivery is not reported yet.",
  sent: "Meta has sent it to the phone.",
  delivered: "It was delivered, so it is not sent again.",
  read: "It was delivered and read, so it is not sent again.",
  cancelled: "It was cancelled, which is final.",
};

/** Why a message cannot be sent again, as a sentence; undefined where consent, number and template decide. */
export function resendObstacle(message: ResendableMessage, now: Date): string | undefined {
  const { state, reason_code, reason_detail, has_values, expires_at } = message;
  const other = NOT_NOW[state as MessageState];
  if (other) return other;
  const code = reason_code as ReasonCode | null;
  if (code && FINAL_REASONS.includes(code))
    return sentenceOf({ code, ...(reason_detail !== null && { detail: reason_detail }) });
  if (expires_at <= now)
    return `It cannot be sent again: its news was useful until ${utcMinute(expires_at)}.`;
  if (!has_values) return "It cannot be sent again: its values are no longer kept.";
  return undefined;
}

async function decideOn(
  ports: ResendPorts,
  tx: Db,
  workspaceId: string,
  message: LockedMessage,
): Promise<Decision> {
  const { contact_id: contactId, template, languages, purpose, channel } = message;
  const contactIds = contactId === null ? [] : [contactId];
  const keys = await ports.keys.subjects(workspaceId, contactIds);
  const context = await loadSendContext(ports, tx, workspaceId, contactIds, [template], keys);
  const key = context.keyOf(contactId);
  const params =
    key && message.params_sealed
      ? (JSON.parse(
          open(key, paramsPlace(workspaceId, message.message_id), message.params_sealed).toString(),
        ) as Record<string, string>)
      : {};
  return decideAgain(
    sendFactsOf(context, {
      now: ports.clock.now(),
      expiresAt: message.expires_at,
      contactId,
      entity: { type: message.entity_type as "order" | "account", ref: message.entity_ref },
      purpose,
      channel,
      fit: context.fit({ template, languages, params, purpose }),
    }),
  );
}
