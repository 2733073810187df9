import type { Audit } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import { createBatcher } from "../kernel/batcher.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Keys, SubjectKeys } from "../keys/index.ts";
import type { PublishResult } from "../messaging.ts";
import { decide, type SecurityNotice } from "../policy/index.ts";
import { languagesFor, type RuleState, type RuleStates } from "../rules/index.ts";
import type { Senders } from "../senders/index.ts";
import { type Db, together } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import { readClaimFacts, takenBackActs, weighClaims } from "./consent-claims.ts";
import { decidedFact, eventFact, eventRow, intentOf, messageRow } from "./intake-rows.ts";
import {
  addRuleSends,
  insertMessages,
  insertNewEvents,
  lockRuleHours,
  notifyQueued,
  orderedEntities,
} from "./outbox-store.ts";
import type { FilledIntent, FreshEvent, PlannedIntent, Publication } from "./publication.ts";
import { lockSecurityNotices, securityNoticesOf } from "./security-notice-store.ts";
import { isRefused, keyOf, seenBefore } from "./seen-before.ts";
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
    const all = batch.flatMap((publication, index) => {
      const row = rows[index];
      return row ? [{ publication, row }] : [];
    });
    const [inserted, states, claimFacts, personKeys] = await together(tx, (tx) =>
      Promise.all([
        insertNewEvents(tx, rows),
        ports.ruleStates.states(workspaceId, tx),
        readClaimFacts(ports, tx, workspaceId, all),
        ports.keys.subjects(workspaceId, idsOf(rows)),
      ]),
    );
    const fresh = all
      .filter(({ row }) => inserted.has(row.event_id))
      .map((one) => ({ ...one, contactId: one.row.contact_id }));
    const claims = weighClaims(claimFacts, lookup, fresh, now);
    // Apart, because a withdrawal waits for its person, and the claims' insert has to be begun before decisions read.
    const takenBack = await ports.consent.record(
      tx,
      workspaceId,
      takenBackActs(claimFacts, all, now),
      personKeys,
    );
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
        ...takenBack.facts,
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
  const secured = active.filter(({ intent }) => intent.security);
  const cancelling = active.filter(({ publication }) => publication.cancelsOrderOf !== null);
  const [context, hours, ordered, , noticed] = await together(tx, (tx) =>
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
      orderedEntities(
        tx,
        workspaceId,
        cancelling.map(({ row }) => row.entity_ref),
      ).then((orders) => new Set(orders.map(({ source, ref }) => keyOf({ source, externalId: ref })))),
      secured.length > 0 && lockSecurityNotices(tx, workspaceId),
      // Asked for behind the lock: each intake sees what the one before it has decided.
      secured.length > 0 ? securityNoticesOf(tx, workspaceId, idsOf(secured.map(({ row }) => row)), now) : [],
    ]),
  );
  const notices: SecurityNotice[] = [...noticed];
  const rows = active.map(({ publication, row, contactId, intent }) => {
    const hour = hours.get(intent.ruleId) ?? { sends: 0, busiest: 0 };
    const expiresAt = new Date(row.occurred_at.getTime() + intent.usefulForMs);
    const { filled, fit, language, languages } = fitted(context, intent);
    const { ruleId } = intent;
    const since = laterOf(installedAt, publication.connectedAt);
    const decision = decide(
      {
        occurredAt: row.occurred_at,
        installedAt: since,
        ruleActiveSince: intent.switchedByRule ? (states.get(intent.ruleId)?.activatedAt ?? now) : null,
        doNotNotify: publication.doNotNotify,
        wishUnknown: publication.wishUnknown,
        overtaken: publication.overtaken,
        neverOrdered: isNeverOrdered(publication, since, ordered),
        amountless: publication.amountless,
        phoneProblem: publication.phoneProblem,
        paramsProblem: filled.problem,
        burst: {
          sendsThisHour: hour.sends + (sends.get(intent.ruleId) ?? 0),
          holdAbove:
            context.workspace.settings.burstPerHour ??
            Math.max(ports.burstFloorPerHour, BURST_FACTOR * hour.busiest),
        },
        securityNotice: intent.security
          ? {
              phoneVerified: publication.phoneVerified,
              contactId,
              ruleId,
              before: notices,
              perHourMax: context.workspace.settings.securityNoticesPerHour,
            }
          : null,
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
    if (intent.security && decision.kind !== "deny")
      notices.push({ contactId, ruleId, at: now, expiresAt, unsent: false });
    const written = { filled, language, languages };
    return messageRow(ports, { row, contactId, intent, decision, expiresAt, ...written, context, now });
  });
  return { rows, sends };
}

/** Of an order from before the installation nobody knows whether it was placed: the shop's word stands. */
function isNeverOrdered(
  { cancelsOrderOf, source, entity }: Publication,
  installedAt: Date,
  ordered: ReadonlySet<string>,
): boolean {
  return (
    cancelsOrderOf !== null &&
    cancelsOrderOf >= installedAt &&
    !ordered.has(keyOf({ source, externalId: entity.ref }))
  );
}

function laterOf(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one;
}

/** The template in the language that it has, with its values written for that language. */
function fitted(context: SendContext, intent: PlannedIntent) {
  const business = context.sender?.verifiedName ?? context.workspace.name;
  const fitFor = (filled: FilledIntent, languages: readonly string[]) =>
    context.fit({ ...intent, languages, params: filled.params.reveal() });
  const languages = languagesFor(intent, context.workspace.settings.language);
  const [wanted = ""] = languages;
  const filled = intent.fill(wanted, business);
  const fit = fitFor(filled, languages);
  if (!isFit(fit)) return { filled, fit, language: null, languages };
  const found = fit.language.replaceAll("_", "-");
  if (found === wanted) return { filled, fit, language: fit.language, languages };
  const refilled = intent.fill(found, business);
  return { filled: refilled, fit: fitFor(refilled, [found]), language: fit.language, languages };
}
