import { type KeptFact, unreadableFacts, untoldFacts } from "../connections/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type {
  ConsentSummary,
  EntityTimeline,
  MessageState,
  MessageSummary,
  Purpose,
  TimelineEntry,
} from "../http/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import { readCursor, writeCursor } from "../kernel/cursor.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { maskPhone } from "../kernel/pii.ts";
import { resendObstacle, waitsForPerson } from "../outbox/index.ts";
import { type ReasonCode, sentenceOf } from "../policy/index.ts";
import type { Db } from "../storage/index.ts";
import {
  attemptsOf,
  type ConsentSeen,
  consentsOf,
  type EventSeen,
  type ExplainedMessage,
  eventsOfEntity,
  findMessages,
  refOfLabel,
  refusedClaimsOf,
  repliesTo,
  statusesOf,
  verdictsOn,
} from "./explain-store.ts";
import { timelineOf } from "./timeline.ts";

/** Messages of an order that a timeline shows at the most. */
const TIMELINE_MESSAGES_MAX = 100;
/** What was told of the order and is not told on, that a timeline shows at the most. */
const TIMELINE_FACTS_MAX = 20;

export interface MessageQuery {
  readonly state?: MessageState | undefined;
  readonly hold?: "needs_decision" | "waiting" | undefined;
  readonly reason?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly entityType?: string | undefined;
  readonly entityRef?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Answers why each message was or was not sent. */
export interface Explain {
  message(
    workspaceId: string,
    messageId: string,
  ): Promise<{ message: MessageSummary; entries: TimelineEntry[] }>;
  entity(workspaceId: string, type: "order" | "account", ref: string): Promise<EntityTimeline>;
  list(
    workspaceId: string,
    query: MessageQuery,
  ): Promise<{ messages: MessageSummary[]; next_cursor: string | null }>;
  /** What the people behind an order or account agreed to. */
  consents(workspaceId: string, type: "order" | "account", ref: string): Promise<ConsentSummary[]>;
  /** What these people agreed to, about every order and account. */
  consentsOfPeople(workspaceId: string, contactIds: readonly string[]): Promise<ConsentSummary[]>;
}

export function createExplain({
  db,
  contacts,
  clock,
}: {
  readonly db: Db;
  readonly contacts: Contacts;
  readonly clock: Clock;
}): Explain {
  async function summaries(
    workspaceId: string,
    rows: readonly ExplainedMessage[],
  ): Promise<MessageSummary[]> {
    const identities = await contacts.identities(workspaceId, [
      ...new Set(rows.flatMap(({ contact_id }) => contact_id ?? [])),
    ]);
    return rows.map((row) => {
      const phone = identities.get(row.contact_id ?? "")?.find(({ kind }) => kind === "phone");
      return summaryOf(row, phone ? maskPhone(phone.value.reveal()) : null, clock.now());
    });
  }

  async function story(
    workspaceId: string,
    rows: readonly ExplainedMessage[],
    events: readonly EventSeen[],
    consents: readonly ConsentSeen[],
    untold: readonly KeptFact[] = [],
  ) {
    const ids = rows.map(({ message_id }) => message_id);
    const eventIds = events.map(({ event_id }) => event_id);
    const [verdicts, attempts, statuses, replies, refusedClaims] = await Promise.all([
      verdictsOn(db, workspaceId, ids),
      attemptsOf(db, workspaceId, ids),
      statusesOf(db, workspaceId, ids),
      repliesTo(db, workspaceId, ids),
      refusedClaimsOf(db, workspaceId, eventIds),
    ]);
    const hasAllMessages = rows.length < TIMELINE_MESSAGES_MAX;
    return timelineOf({
      untold,
      events,
      hasAllMessages,
      messages: rows,
      verdicts,
      attempts,
      statuses,
      replies,
      consents,
      refusedClaims,
    });
  }

  /** Of all that a person agreed to, what concerns these messages: the records cited, and later opt-outs. */
  async function relevantConsents(
    workspaceId: string,
    rows: readonly ExplainedMessage[],
    entity: { type: string; ref: string },
  ): Promise<ConsentSeen[]> {
    const all = await consentsOf(db, workspaceId, [
      ...new Set(rows.flatMap(({ contact_id }) => contact_id ?? [])),
    ]);
    const cited = new Set(rows.map(({ consent_id }) => consent_id));
    const purposes = new Set(rows.map(({ purpose }) => purpose));
    return all.filter(
      (consent) =>
        cited.has(consent.consent_id) ||
        (purposes.has(consent.purpose) &&
          (consent.entity_ref === null ||
            (consent.entity_type === entity.type && consent.entity_ref === entity.ref))),
    );
  }

  return {
    async message(workspaceId, messageId) {
      const [row] = await findMessages(db, workspaceId, { messageId, rowsMax: 1 });
      if (!row) throw new WebxkeyError("not_found", { detail: "There is no such message." });
      const consents = await relevantConsents(workspaceId, [row], {
        type: row.entity_type,
        ref: row.entity_ref,
      });
      const entries = await story(workspaceId, [row], [eventOf(row)], consents);
      const [message] = await summaries(workspaceId, [row]);
      if (!message) throw new WebxkeyError("internal", { detail: "A message has no summary." });
      return { message, entries };
    },

    async entity(workspaceId, type, given) {
      // People know an order by its code; what the platform calls it goes first, because a code may be another order's id.
      const known = await eventsOfEntity(db, workspaceId, type, given);
      const waiting =
        known.length > 0 || (await untoldFacts(db, workspaceId, { type, ref: given }, 1)).length > 0;
      const ref = waiting ? given : ((await refOfLabel(db, workspaceId, type, given)) ?? given);
      const events = ref === given ? known : await eventsOfEntity(db, workspaceId, type, ref);
      const rows = await findMessages(db, workspaceId, {
        entityType: type,
        entityRef: ref,
        rowsMax: TIMELINE_MESSAGES_MAX,
      });
      const consents = await relevantConsents(workspaceId, rows, { type, ref });
      const untold = await untoldFacts(db, workspaceId, { type, ref }, TIMELINE_FACTS_MAX);
      if (type === "order") untold.push(...(await unreadableFacts(db, workspaceId, ref)));
      return {
        entity: {
          type,
          ref,
          label: events.findLast(({ entity_label }) => entity_label !== null)?.entity_label ?? null,
        },
        messages: await summaries(workspaceId, rows),
        entries: await story(workspaceId, rows, events, consents, untold),
      };
    },

    async list(workspaceId, { state, hold, reason, ruleId, entityType, entityRef, cursor, limit }) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await findMessages(db, workspaceId, {
        ...(state && { state }),
        ...(hold && { hold }),
        ...(reason && { reason }),
        ...(ruleId && { ruleId }),
        ...(entityType && { entityType }),
        ...(entityRef && { entityRef }),
        ...(after && { before: { createdAt: after.at, messageId: after.id } }),
        rowsMax: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        messages: await summaries(workspaceId, page),
        next_cursor: last ? writeCursor({ at: last.created_at, id: last.message_id }) : null,
      };
    },

    async consents(workspaceId, type, ref) {
      const rows = await findMessages(db, workspaceId, {
        entityType: type,
        entityRef: ref,
        rowsMax: TIMELINE_MESSAGES_MAX,
      });
      const people = new Set(rows.flatMap(({ contact_id }) => contact_id ?? []));
      const all = await consentsOf(db, workspaceId, [...people]);
      return all.filter(({ entity_ref }) => entity_ref === null || entity_ref === ref).map(consentSummaryOf);
    },

    async consentsOfPeople(workspaceId, contactIds) {
      return (await consentsOf(db, workspaceId, contactIds)).map(consentSummaryOf);
    },
  };
}

function summaryOf(row: ExplainedMessage, recipient: string | null, now: Date): MessageSummary {
  const code = row.reason_code as ReasonCode | null;
  return {
    message_id: row.message_id,
    event_type: row.event_type,
    entity: { type: row.entity_type, ref: row.entity_ref, label: row.entity_label },
    rule_id: row.rule_id,
    purpose: row.purpose as Purpose,
    channel: "whatsapp",
    template: row.template,
    language: row.language,
    state: row.state,
    reason: code && {
      code,
      sentence: sentenceOf({ code, ...(row.reason_detail !== null && { detail: row.reason_detail }) }),
    },
    actions: actionsOf(row, now),
    useful_until: row.expires_at.toISOString(),
    recipient,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function actionsOf(row: ExplainedMessage, now: Date): MessageSummary["actions"] {
  if (row.state === "queued") return ["cancel"];
  if (row.state === "held") return waitsForPerson(row.reason_code) ? ["release", "cancel"] : ["cancel"];
  return resendObstacle(row, now) === undefined ? ["resend"] : [];
}

function consentSummaryOf(row: ConsentSeen): ConsentSummary {
  const { wording_id, wording_version, wording_language, wording_text } = row;
  return {
    consent_id: row.consent_id,
    purpose: row.purpose as Purpose,
    channel: "whatsapp",
    state: row.state,
    assurance: row.assurance,
    entity: row.entity_type && row.entity_ref ? { type: row.entity_type, ref: row.entity_ref } : null,
    method: row.method,
    wording:
      wording_id && wording_version && wording_language && wording_text
        ? { id: wording_id, version: wording_version, language: wording_language, text: wording_text }
        : null,
    occurred_at: row.occurred_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
  };
}

function eventOf(row: ExplainedMessage): EventSeen {
  const { event_id, event_type, entity_label, origin, occurred_at, received_at } = row;
  return { event_id, type: event_type, entity_label, origin, occurred_at, received_at };
}
