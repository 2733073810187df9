import type { Audit, AuditFact } from "../audit/index.ts";
import type { Channel } from "../channels/channel.ts";
import type { StatusFact as ChannelStatusFact } from "../channels/facts.ts";
import { type Consent, marketingStops } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { isOutage } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import { decideOnFailedStatus } from "../meta/index.ts";
import {
  applyStatuses,
  feelPulses,
  identitiesOf,
  readTemplatesAgain,
  requeueResolvedHolds,
  type SendWindows,
  type StatusFact,
} from "../outbox/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Db } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { followedByPlainWord, insertInbound, type NewInbound } from "./inbound-store.ts";
import { insertQuarantine, markApplied, postpone, type StoredWebhook, takeWebhooks } from "./inbox-store.ts";
import { rawPlace } from "./ingress.ts";
import { followChanges, type People, resolvePeople } from "./people.ts";
import { actsOfChange, actsOfPreference, actsOfWords } from "./person-acts.ts";
import { readingOf } from "./reading.ts";
import { isToBeReadAgain, reportedFact, templateChangeOf } from "./reported.ts";
import { changesOf, type KeptPart, type OwnedFact, sortWebhook } from "./sort-webhook.ts";

/** Many small webhooks or a few large ones: what one transaction changes stays within what it may take. */
const ROUND = { rowsMax: BATCH_ROWS_MAX, bytesMax: 512 * 1024, forMs: 10_000 };
const FAILURES_MAX = 6;
const QUARANTINE_MS = 30 * 24 * 60 * 60_000;

export interface ApplyPorts {
  readonly channel: Channel;
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly windows: SendWindows;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
}

/** A webhook on its way from the inbox to what it changes. */
interface OpenWebhook {
  readonly stored: StoredWebhook;
  readonly owned: readonly OwnedFact[];
  readonly kept: readonly KeptPart[];
}

/** Applies stored webhooks, oldest first, many in one transaction. Resolves with how many were taken; 0: nothing is due. */
export async function applyWebhooks(ports: ApplyPorts): Promise<number> {
  const taken = await takeWebhooks(ports.db, ROUND);
  if (taken.length === 0) return 0;
  try {
    await applySet(ports, taken);
  } catch (error) {
    // No webhook is to blame: all are taken again when the database is back.
    if (isOutage(error)) throw error;
    ports.log.warn("inbox.set_failed", { count: taken.length, error });
    for (const one of taken) await applyAlone(ports, one);
  }
  return taken.length;
}

/** One that fails again and again is kept aside, so that it neither blocks the others nor is lost. */
async function applyAlone(ports: ApplyPorts, stored: StoredWebhook): Promise<void> {
  try {
    await applySet(ports, [stored]);
  } catch (error) {
    if (isOutage(error)) throw error;
    ports.log.error("inbox.apply_failed", { count: stored.failures + 1, error });
    if (stored.failures + 1 < FAILURES_MAX) {
      await postpone(ports.db, stored.inboxId, 1_000 * 4 ** stored.failures);
      return;
    }
    // What does not even open is kept as it lies: it must not fail here, where it would hold up its neighbours.
    const body = await openBody(ports.keys, stored).catch(() =>
      Buffer.from(stored.bodyRaw).toString("base64"),
    );
    const part = { reason: "failed_repeatedly", field: null, part: body } as const;
    await ports.db.transaction().execute(async (tx) => {
      await keepAside(ports, tx, [{ stored, owned: [], kept: [part] }]);
      await markApplied(tx, [stored.inboxId]);
    });
  }
}

async function applySet(ports: ApplyPorts, taken: readonly StoredWebhook[]): Promise<void> {
  const webhooks = await openAll(ports, taken);
  await ports.db.transaction().execute(async (tx) => {
    const mine = await markApplied(
      tx,
      taken.map(({ inboxId }) => inboxId),
    );
    const open = webhooks.filter(({ stored }) => mine.has(stored.inboxId));
    const byWorkspace = Map.groupBy(
      open.flatMap(({ owned }) => owned),
      ({ workspaceId }) => workspaceId,
    );
    await keepAside(ports, tx, open);
    // One order of workspaces for everybody who appends to their audit.
    for (const [workspaceId, owned] of [...byWorkspace].sort(([one], [other]) => (one < other ? -1 : 1))) {
      await applyToWorkspace(ports, tx, workspaceId, owned);
    }
  });
}

async function openAll(
  { channel, db, keys, senders }: ApplyPorts,
  taken: readonly StoredWebhook[],
): Promise<OpenWebhook[]> {
  const bodies = await Promise.all(
    taken.map(async (stored) => ({ stored, text: await openBody(keys, stored) })),
  );
  const split = bodies.map((one) => ({ ...one, changes: changesOf(one.text) }));
  const changes = split.flatMap((one) => one.changes ?? []);
  const routes = await senders.routes(
    db,
    [...new Set(changes.flatMap(({ phoneNumberId }) => phoneNumberId ?? []))],
    [...new Set(changes.flatMap(({ wabaId }) => wabaId ?? []))],
  );
  return split.map(({ stored, text, changes: own }) => {
    if (!own) return { stored, owned: [], kept: [{ reason: "not_understood", field: null, part: text }] };
    return { stored, ...sortWebhook(channel, own, routes, stored.verifiedBy, stored.receivedAt) };
  });
}

async function openBody(keys: Keys, stored: StoredWebhook): Promise<string> {
  const installation = await keys.installation();
  return open(installation.seal, rawPlace(stored.bodyHash), stored.bodyRaw).toString("utf8");
}

async function keepAside(
  { keys, ids, clock }: ApplyPorts,
  tx: Db,
  webhooks: readonly OpenWebhook[],
): Promise<void> {
  const installation = await keys.installation();
  // One row a webhook, however many parts it has: a stranger to our tables must not be able to fill them.
  const rows = webhooks.flatMap(({ stored, kept }) => {
    const [first, ...others] = kept;
    if (!first) return [];
    const quarantineId = ids.row();
    const part = others.length === 0 ? first.part : JSON.stringify(kept);
    const sealed = seal(installation.seal, `quarantine.part|${quarantineId}`, part);
    const { reason, field } = first;
    return [{ quarantine_id: quarantineId, inbox_id: stored.inboxId, reason, field, part_raw: sealed }];
  });
  await insertQuarantine(tx, rows, clock.now(), QUARANTINE_MS);
}

async function applyToWorkspace(
  ports: ApplyPorts,
  tx: Db,
  workspaceId: string,
  owned: readonly OwnedFact[],
): Promise<void> {
  const keys = await ports.keys.workspace(workspaceId);
  const statuses = owned.flatMap(({ fact }) =>
    fact.kind === "status" && fact.status !== "deleted" ? [statusOf(fact)] : [],
  );
  const applied = await applyStatuses(ports, tx, workspaceId, keys, statuses);
  // Locks them before anything is read of them: a grant that is under way sees what they say, or they see the grant.
  const { people, facts: learned } = await resolvePeople(ports, tx, workspaceId, owned);
  await feelPulses(
    tx,
    workspaceId,
    owned.flatMap(({ fact, senderId }) =>
      fact.kind === "status" && senderId ? [{ senderId, at: fact.timestamp }] : [],
    ),
    ports.windows.outageMs,
  );
  await ports.senders.agentSeen(
    tx,
    workspaceId,
    owned.flatMap(({ fact, senderId }) => (fact.kind === "agent_seen" && senderId ? [senderId] : [])),
  );
  const inbound = await insertInbound(
    ports,
    tx,
    workspaceId,
    owned.flatMap((one) => inboundOf(one, people)),
  );
  const stopped = await marketingStops(ports, tx, workspaceId, applied.failed);
  const acts = [
    ...stopped,
    ...[...people].flatMap(([fact, contactIds]) => actsOfPreference(fact, contactIds)),
    ...(await actsOfWords(ports, tx, workspaceId, inbound)),
  ];
  const consented = await ports.consent.record(tx, workspaceId, acts);
  const unclear = inbound.filter(({ reading }) => reading === "unsure");
  const cleared = await followedByPlainWord(
    tx,
    workspaceId,
    unclear.map(({ inboundId }) => inboundId),
  );
  const unsure = await ports.consent.unsure.open(
    tx,
    workspaceId,
    unclear.filter(({ inboundId }) => !cleared.has(inboundId)),
  );
  // A plain word answers what was unclear before it.
  for (const { fact, contactIds, reading } of inbound) {
    if (reading !== "opt_out" && reading !== "opt_in") continue;
    const answer = reading === "opt_out" ? "opt_out" : "carry_on";
    const which = { contactIds, writtenBefore: fact.timestamp };
    unsure.push(...(await ports.consent.unsure.answer(tx, { type: "person" }, workspaceId, which, answer)));
  }
  // After what was said, so that it follows the person, and before the old number is given up, which does not.
  const followed = await followChanges(ports, tx, workspaceId, people);
  const givenUp = await ports.consent.record(
    tx,
    workspaceId,
    [...people].flatMap(([fact, contactIds]) => actsOfChange(fact, contactIds)),
  );
  const changes = owned.flatMap(templateChangeOf);
  const templateFacts = await ports.templates.apply(tx, workspaceId, changes);
  const isMended = templateFacts.length > 0 || unsure.length > 0;
  const resumed = isMended ? await requeueResolvedHolds(tx, workspaceId) : [];
  await readTemplatesAgain(
    tx,
    workspaceId,
    owned.flatMap(({ fact }) => (isToBeReadAgain(fact) ? [fact.name] : [])),
  );
  await ports.audit.append(tx, workspaceId, [
    ...applied.facts,
    ...learned,
    ...inbound.map(receivedFact),
    ...consented.facts,
    ...unsure,
    ...followed,
    ...givenUp.facts,
    ...templateFacts,
    ...resumed,
    ...owned.flatMap(reportedFact),
  ]);
}

function statusOf(fact: ChannelStatusFact): StatusFact {
  const error = fact.errors[0];
  return {
    attemptId: fact.attemptId,
    wamid: fact.wamid,
    recipient: fact.recipients.flatMap(identitiesOf),
    status: fact.status === "deleted" ? "sent" : fact.status,
    at: fact.timestamp,
    errorCode: error?.code,
    failure: error && decideOnFailedStatus(error),
    pricing: fact.pricing,
  };
}

function inboundOf({ fact, senderId }: OwnedFact, people: People): NewInbound[] {
  if (fact.kind !== "inbound" || senderId === undefined) return [];
  const contactIds = people.get(fact) ?? [];
  const [contactId] = contactIds;
  if (contactId === undefined) return [];
  return [{ fact, senderId, contactId, contactIds, reading: readingOf(fact) }];
}

function receivedFact({ fact, senderId, contactId, reading }: NewInbound): AuditFact {
  return {
    actor: { type: "person" },
    action: "inbound.received",
    object: { type: "sender", id: senderId },
    outcome: reading === "none" ? fact.messageKind : reading,
    subjectId: contactId,
    detail: { wamid: fact.wamid.reveal(), at: fact.timestamp.toISOString() },
  };
}
