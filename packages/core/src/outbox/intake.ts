import { timingSafeEqual } from "node:crypto";
import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import { createBatcher } from "../kernel/batcher.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { MessageState } from "../kernel/vocabulary.ts";
import { type Keys, type SubjectKeys, seal } from "../keys/index.ts";
import type { PublishedIntent, PublishResult } from "../messaging.ts";
import { type Decision, decide, type Reason, sentenceOf } from "../policy/index.ts";
import type { RuleState, RuleStates } from "../rules/index.ts";
import type { Senders } from "../senders/index.ts";
import { type Db, together } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import { readClaimFacts, weighClaims } from "./consent-claims.ts";
import {
  addRuleSends,
  denyUnsent,
  type EventRow,
  eventsByKey,
  insertMessages,
  insertNewEvents,
  lockRuleHours,
  type MessageOutcomeRow,
  messagesOfEvents,
  type NewMessageRow,
  notifyQueued,
  type SeenEvent,
} from "./outbox-store.ts";
import {
  type FilledIntent,
  type FreshEvent,
  type PlannedIntent,
  type Publication,
  priorityOf,
} from "./publication.ts";
import { isFit, loadSendContext, type SendContext, sendFactsOf } from "./send-context.ts";

/** A rule's non-security sends an hour above which they wait for a person; three times its busiest hour when that is more. */
export const BURST_FLOOR_PER_HOUR = 300;
const BURST_FACTOR = 3;

export interface IntakePorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly workspaces: Workspaces;
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly ruleStates: RuleStates;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly burstFloorPerHour: number;
  /** Called after a commit: there is something to send. Other processes hear of it from the database. */
  readonly queued: () => void;
}

/** Takes publications in: event, claims, decisions and outbox rows of a whole batch in one transaction. */
export type Intake = (workspaceId: string, publication: Publication) => Promise<PublishResult>;

export function createIntake(ports: IntakePorts): Intake {
  const batchers = new Map<string, (publication: Publication) => Promise<Taken>>();
  return async (workspaceId, publication) => {
    let submit = batchers.get(workspaceId);
    if (!submit) {
      submit = createBatcher({
        flush: (batch) => takeIn(ports, workspaceId, batch),
        itemsMax: BATCH_ROWS_MAX,
      });
      batchers.set(workspaceId, submit);
    }
    const taken = await submit(publication);
    if (taken !== "other_body") return taken;
    const detail = "This id was used before with another body. Give each event an id of its own.";
    throw new WebxkeyError("event_id_reused", { detail, fields: [{ pointer: "/id", detail }] });
  };
}

/** A value and no error, because the others of its batch are taken in. */
type Taken = PublishResult | "other_body";

async function takeIn(
  ports: IntakePorts,
  workspaceId: string,
  batch: readonly Publication[],
): Promise<Taken[]> {
  const { lookup } = await ports.keys.workspace(workspaceId);
  let queued = false;
  const taken = await ports.db.transaction().execute(async (tx) => {
    const [contactIds, { installedAt }] = await together(tx, (tx) =>
      Promise.all([resolveContacts(ports, tx, workspaceId, batch), ports.workspaces.get(workspaceId, tx)]),
    );
    const now = ports.clock.now();
    const rows = batch.map((publication, index) =>
      eventRow(ports, workspaceId, publication, contactIds[index] ?? null, now),
    );
    const claiming = rows.filter((_, index) => (batch[index]?.claims.length ?? 0) > 0);
    const [inserted, states, claimFacts, personKeys] = await together(tx, (tx) =>
      Promise.all([
        insertNewEvents(tx, rows),
        ports.ruleStates.states(workspaceId, tx),
        readClaimFacts(ports, tx, workspaceId, idsOf(claiming)),
        ports.keys.subjects(workspaceId, idsOf(rows)),
      ]),
    );
    const fresh = batch.flatMap((publication, index) => {
      const row = rows[index];
      return row && inserted.has(row.event_id) ? [{ publication, row, contactId: row.contact_id }] : [];
    });
    const claims = weighClaims(claimFacts, lookup, fresh);
    const [consented, messages] = await together(tx, (tx) => {
      // Begun first, so that what is claimed with an event counts for its messages.
      const recording = ports.consent.record(tx, workspaceId, claims.acts, personKeys);
      const of = { now, installedAt, states, personKeys };
      return Promise.all([recording, decideAll(ports, tx, workspaceId, fresh, of)]);
    });
    queued = messages.rows.some(({ state }) => state === "queued");
    const conclude = async (tx: Db) => {
      const seen = await seenBefore(tx, workspaceId, batch, rows, inserted);
      const facts = [
        ...consented.facts,
        ...claims.refused,
        ...fresh.map(({ row, publication }) => eventFact(row, publication.by)),
        ...messages.rows.map(decidedFact),
        ...seen.facts,
      ];
      await ports.audit.append(tx, workspaceId, facts, personKeys);
      return seen;
    };
    const [seen] = await together(tx, (tx) => {
      const writes = [
        insertMessages(tx, messages.rows),
        addRuleSends(tx, workspaceId, messages.sends),
        ...(queued ? [notifyQueued(tx)] : []),
      ];
      // After them, because what is told again may have been told first in this very batch.
      return Promise.all([conclude(tx), ...writes]);
    });

    const made = Map.groupBy(messages.rows, ({ event_id }) => event_id);
    return batch.map((publication, index): Taken => {
      const row = rows[index];
      if (row && inserted.has(row.event_id)) {
        return {
          eventId: row.event_id,
          seenBefore: false,
          intents: (made.get(row.event_id) ?? []).map(intentOf),
        };
      }
      const event = seen.byKey.get(keyOf(publication));
      if (!event) throw new WebxkeyError("internal", { detail: "An event was neither new nor known." });
      if (isRefused(publication, event)) return "other_body";
      return { eventId: event.eventId, seenBefore: true, intents: event.messages.map(intentOf) };
    });
  });
  if (queued) ports.queued();
  return taken;
}

async function resolveContacts(
  { contacts }: IntakePorts,
  tx: Db,
  workspaceId: string,
  batch: readonly Publication[],
): Promise<(string | null)[]> {
  const phones = batch.map(({ phone }) => (phone ? [{ kind: "phone" as const, value: phone }] : []));
  return (await contacts.resolve(workspaceId, phones, tx)).map((ids) => ids[0] ?? null);
}

function idsOf(rows: readonly { readonly contact_id: string | null }[]): string[] {
  return rows.flatMap(({ contact_id }) => contact_id ?? []);
}

function eventRow(
  { ids }: IntakePorts,
  workspaceId: string,
  publication: Publication,
  contactId: string | null,
  now: Date,
): EventRow {
  return {
    workspace_id: workspaceId,
    event_id: ids.row(),
    source: publication.source,
    external_id: publication.externalId,
    type: publication.type,
    entity_type: publication.entity.type,
    entity_ref: publication.entity.ref,
    entity_label: publication.entity.label ?? null,
    origin: publication.origin,
    contact_id: contactId,
    body_hash: publication.bodyHash,
    occurred_at: publication.occurredAt,
    received_at: now,
  };
}

/**
 * What was published before: the first body stands (a platform may tell one fact in two ways). A later one can only add the
 * wish not to notify, which stops what has not left. Another body of a client that wrote its own id changes nothing at all.
 */
async function seenBefore(
  tx: Db,
  workspaceId: string,
  batch: readonly Publication[],
  rows: readonly EventRow[],
  inserted: ReadonlySet<string>,
) {
  const again = batch.filter((_, index) => !inserted.has(rows[index]?.event_id ?? ""));
  const known =
    again.length === 0
      ? []
      : await eventsByKey(
          tx,
          workspaceId,
          again.map((one) => ({ source: one.source, external_id: one.externalId })),
        );
  const knownByKey = new Map(known.map((event) => [keyOf(event), event]));
  const told = again.flatMap((one) => {
    const event = knownByKey.get(keyOf(one));
    return event && !isRefused(one, event) ? [{ one, event }] : [];
  });
  const unwanted = told.filter(({ one }) => one.doNotNotify).map(({ event }) => event.eventId);
  const stopped = await denyUnsent(tx, workspaceId, unwanted);
  const messages = Map.groupBy(
    await messagesOfEvents(
      tx,
      workspaceId,
      known.map(({ eventId }) => eventId),
    ),
    ({ event_id }) => event_id,
  );
  const repeated = told.flatMap(({ one, event }): AuditFact[] => {
    if (timingSafeEqual(event.bodyHash, one.bodyHash)) return [];
    return [
      {
        actor: one.by,
        action: "event.seen_again",
        object: { type: "event", id: event.eventId },
        outcome: "first_body_stands",
      },
    ];
  });
  const denied = stopped.map(
    (id): AuditFact => ({
      actor: { type: "host" },
      action: "message.blocked",
      object: { type: "message", id },
      outcome: "do_not_notify",
    }),
  );
  return {
    byKey: new Map(
      [...knownByKey].map(([key, event]) => [key, { ...event, messages: messages.get(event.eventId) ?? [] }]),
    ),
    facts: [...repeated, ...denied],
  };
}

/** The wish not to notify may be added under the same id: it can only stop a message. */
function isRefused(publication: Publication, event: SeenEvent): boolean {
  const same =
    timingSafeEqual(event.bodyHash, publication.bodyHash) &&
    event.type === publication.type &&
    event.occurredAt.getTime() === publication.occurredAt.getTime();
  return publication.refuseOtherBody && !same;
}

async function decideAll(
  ports: IntakePorts,
  tx: Db,
  workspaceId: string,
  fresh: readonly FreshEvent[],
  {
    now,
    installedAt,
    states,
    personKeys,
  }: {
    readonly now: Date;
    readonly installedAt: Date;
    readonly states: ReadonlyMap<string, RuleState>;
    readonly personKeys: SubjectKeys;
  },
) {
  const planned = fresh.flatMap((one) => one.publication.intents.map((intent) => ({ ...one, intent })));
  const sends = new Map<string, number>();
  const active = planned.filter(({ intent }) => !intent.switchedByRule || states.get(intent.ruleId)?.active);
  if (active.length === 0) return { rows: [], sends };
  const [context, hours] = await together(tx, (tx) =>
    Promise.all([
      loadSendContext(
        ports,
        tx,
        workspaceId,
        idsOf(active.map(({ row }) => row)),
        active.map(({ intent }) => intent.template),
        personKeys,
      ),
      lockRuleHours(tx, workspaceId, [...new Set(active.map(({ intent }) => intent.ruleId))]),
    ]),
  );
  const rows = active.map(({ publication, row, contactId, intent }) => {
    const hour = hours.get(intent.ruleId) ?? { sends: 0, busiest: 0 };
    const expiresAt = new Date(row.occurred_at.getTime() + intent.usefulForMs);
    const { filled, fit, language } = fitted(context, intent);
    const decision = decide(
      {
        occurredAt: row.occurred_at,
        installedAt,
        ruleActiveSince: intent.switchedByRule ? (states.get(intent.ruleId)?.activatedAt ?? now) : null,
        doNotNotify: publication.doNotNotify,
        wishUnknown: publication.wishUnknown,
        phoneProblem: publication.phoneProblem,
        paramsProblem: filled.problem,
        burst: {
          sendsThisHour: hour.sends + (sends.get(intent.ruleId) ?? 0),
          holdAbove: Math.max(ports.burstFloorPerHour, BURST_FACTOR * hour.busiest),
        },
      },
      sendFactsOf(context, {
        now,
        expiresAt,
        contactId,
        entity: { type: row.entity_type, ref: row.entity_ref },
        purpose: intent.purpose,
        channel: intent.channel,
        fit,
      }),
    );
    if (decision.kind === "send") sends.set(intent.ruleId, (sends.get(intent.ruleId) ?? 0) + 1);
    return messageRow(ports, { row, contactId, intent, decision, expiresAt, filled, language, context, now });
  });
  return { rows, sends };
}

/** The template in the language that it has, with its values written for that language. */
function fitted(context: SendContext, intent: PlannedIntent) {
  const fitFor = (filled: FilledIntent, languages: readonly string[]) =>
    context.fit({ ...intent, languages, params: filled.params.reveal() });
  const [wanted = ""] = intent.languages;
  const filled = intent.fill(wanted);
  const fit = fitFor(filled, intent.languages);
  if (!isFit(fit)) return { filled, fit, language: null };
  const found = fit.language.replaceAll("_", "-");
  if (found === wanted) return { filled, fit, language: fit.language };
  const refilled = intent.fill(found);
  return { filled: refilled, fit: fitFor(refilled, [found]), language: fit.language };
}

const STATE_OF = { send: "queued", hold: "held", deny: "blocked" } as const satisfies Record<
  Decision["kind"],
  MessageState
>;

function messageRow(
  { ids }: IntakePorts,
  of: {
    readonly row: EventRow;
    readonly contactId: string | null;
    readonly intent: PlannedIntent;
    readonly decision: Decision;
    readonly expiresAt: Date;
    readonly filled: FilledIntent;
    readonly language: string | null;
    readonly context: SendContext;
    readonly now: Date;
  },
): NewMessageRow {
  const { row, intent, decision, now } = of;
  const messageId = ids.row();
  const key = of.context.keyOf(of.contactId);
  const evidence = decision.kind === "deny" ? null : decision.evidence;
  const reason: Reason | undefined = decision.kind === "send" ? undefined : decision.reason;
  // What will never be sent keeps no values.
  const keepParams = key !== undefined && decision.kind !== "deny";
  return {
    workspace_id: row.workspace_id,
    message_id: messageId,
    event_id: row.event_id,
    rule_id: intent.ruleId,
    contact_id: of.contactId,
    purpose: intent.purpose,
    channel: intent.channel,
    template: intent.template,
    language: of.language,
    // The language that the values are written in stays the first choice at the claim.
    languages: of.language === null ? intent.languages : [...new Set([of.language, ...intent.languages])],
    params_sealed: keepParams
      ? seal(key, paramsPlace(row.workspace_id, messageId), JSON.stringify(of.filled.params.reveal()))
      : null,
    state: STATE_OF[decision.kind],
    reason_code: reason?.code ?? null,
    reason_detail: reason?.detail ?? null,
    evidence_kind: evidence?.kind ?? null,
    consent_id: evidence?.kind === "consent" ? evidence.consentId : null,
    priority: priorityOf(intent),
    due_at: now,
    expires_at: of.expiresAt,
    created_at: now,
    updated_at: now,
  };
}

export function paramsPlace(workspaceId: string, messageId: string): string {
  return `messages.params|${workspaceId}|${messageId}`;
}

function eventFact(row: EventRow, by: Actor): AuditFact {
  return {
    actor: by,
    action: "event.received",
    object: { type: "event", id: row.event_id },
    outcome: row.type,
    ...(row.contact_id && { subjectId: row.contact_id }),
    detail: {
      source: row.source,
      external_id: row.external_id,
      entity: `${row.entity_type}:${row.entity_ref}`,
      origin: row.origin,
    },
  };
}

function decidedFact(row: NewMessageRow): AuditFact {
  return {
    actor: { type: "engine" },
    action: "message.decided",
    object: { type: "message", id: row.message_id },
    outcome: row.reason_code ? `${row.state}:${row.reason_code}` : row.state,
    ...(row.contact_id && { subjectId: row.contact_id }),
    detail: {
      event_id: row.event_id,
      rule_id: row.rule_id,
      purpose: row.purpose,
      template: row.template,
      evidence: row.consent_id ? `consent:${row.consent_id}` : row.evidence_kind,
    },
  };
}

function intentOf(row: NewMessageRow | MessageOutcomeRow): PublishedIntent {
  const reason =
    row.reason_code === null
      ? null
      : { code: row.reason_code as Reason["code"], detail: row.reason_detail ?? "" };
  return {
    messageId: row.message_id,
    ruleId: row.rule_id,
    state: row.state,
    reason: reason && { code: reason.code, sentence: sentenceOf(reason) },
  };
}

function keyOf({ source, externalId }: { readonly source: string; readonly externalId: string }): string {
  return `${source}\n${externalId}`;
}
