import { implement } from "@orpc/server";
import { type Access, actorOf, type Member, type Right, requireRight, rightsOf } from "../access/index.ts";
import type { Audit } from "../audit/index.ts";
import { CONSENT_PURPOSES, type Consent, type ConsentAct } from "../consent/index.ts";
import type { Contacts, Identity } from "../contacts/index.ts";
import type { Explain } from "../explain/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { PAGE_ROWS_MAX } from "../kernel/limits.ts";
import { pii } from "../kernel/pii.ts";
import { secret } from "../kernel/secret.ts";
import type { Caller, PublishResult } from "../messaging.ts";
import { requeueMendedHolds, settleHold } from "../outbox/index.ts";
import type { RuleCatalog, RuleStanding } from "../rules/index.ts";
import type { Sender, Senders } from "../senders/index.ts";
import type { Db } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import { type ConsentSummary, contract, type RuleSummary, type SenderSummary } from "./contract.ts";

export interface ApiPorts {
  readonly clock: Clock;
  readonly db: Db;
  readonly access: Access;
  readonly audit: Audit;
  readonly workspaces: Workspaces;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly rules: RuleCatalog;
  readonly explain: Explain;
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly publish: (event: unknown) => Promise<PublishResult>;
  readonly graphUrl: string;
}

interface ApiContext {
  readonly member: Member;
  readonly caller: Caller;
}

/** The contract, answered. Each route names the right it needs; `test: every route names a right` walks them. */
export function createRouter(ports: ApiPorts) {
  // The right is asked for before the input is looked at: who may not do a thing is not told how to do it.
  const os = implement(contract).$context<ApiContext>().$config({ initialInputValidationIndex: 1 });
  const needs = (right: Right) =>
    os.middleware(({ context, next }) => {
      requireRight(context.member, right);
      return next();
    });

  return os.router({
    me: {
      get: os.me.get.handler(async ({ context: { member } }) => {
        const { id, name } = await ports.workspaces.get(member.workspaceId);
        return {
          workspace: { id, name },
          user_id: member.userId,
          role: member.role,
          rights: rightsOf(member.role),
          graph_url: ports.graphUrl,
        };
      }),
    },

    members: {
      list: os.members.list.use(needs("member:read")).handler(async ({ context: { member } }) => {
        const members = await ports.access.list(member.workspaceId);
        return {
          members: members.map(({ userId, role, since }) => ({
            user_id: userId,
            role,
            since: since.toISOString(),
          })),
        };
      }),
      set: os.members.set.use(needs("member:write")).handler(async ({ context: { member }, input }) => {
        await ports.access.set(member, input.user_id, input.role);
        return input;
      }),
      remove: os.members.remove.use(needs("member:write")).handler(notYet),
    },

    keys: {
      list: os.keys.list.use(needs("key:read")).handler(notYet),
      create: os.keys.create.use(needs("key:create")).handler(notYet),
      revoke: os.keys.revoke.use(needs("key:revoke")).handler(notYet),
    },

    workspaces: {
      list: os.workspaces.list.use(needs("workspace:read")).handler(notYet),
      create: os.workspaces.create.use(needs("workspace:create")).handler(notYet),
    },

    senders: {
      list: os.senders.list.use(needs("sender:read")).handler(async ({ context: { member } }) => {
        return { senders: (await ports.senders.list(member.workspaceId)).map(senderSummaryOf) };
      }),
      connect: os.senders.connect
        .use(needs("sender:connect"))
        .handler(async ({ context: { member }, input }) => {
          const sender = await ports.senders.connect(actorOf(member), member.workspaceId, {
            wabaId: input.waba_id,
            phoneNumberId: input.phone_number_id,
            appId: input.app_id,
            appSecret: secret(input.app_secret),
            accessToken: secret(input.access_token),
          });
          await requeueMendedHolds(ports.db, member.workspaceId);
          return senderSummaryOf(sender);
        }),
      check: os.senders.check.use(needs("sender:check")).handler(async ({ context: { member }, input }) => {
        const checks = await ports.senders.check(member.workspaceId, input.sender_id);
        return { ok: checks.every(({ ok }) => ok), checks };
      }),
    },

    templates: {
      list: os.templates.list.use(needs("template:read")).handler(async ({ context: { member } }) => {
        const rows = await ports.templates.list(member.workspaceId);
        return {
          templates: rows.map(({ wabaId, name, language, status, category, quality, syncedAt }) => ({
            waba_id: wabaId,
            name,
            language,
            status,
            category,
            quality,
            synced_at: syncedAt.toISOString(),
          })),
        };
      }),
      sync: os.templates.sync.use(needs("template:sync")).handler(async ({ context: { member } }) => {
        const sender = await ports.senders.forSending(ports.db, member.workspaceId);
        if (!sender)
          throw new WebxkeyError("conflict", {
            detail: "Connect a WhatsApp number first; its account has the templates.",
          });
        const credentials = await ports.senders.credentials(sender);
        const synced = await ports.templates.sync(
          actorOf(member),
          member.workspaceId,
          sender.wabaId,
          credentials,
        );
        await requeueMendedHolds(ports.db, member.workspaceId);
        return { synced };
      }),
    },

    rules: {
      list: os.rules.list.use(needs("rule:read")).handler(async ({ context: { member } }) => {
        return { rules: (await ports.rules.list(member.workspaceId)).map(ruleSummaryOf) };
      }),
      set: os.rules.set
        .use(needs("rule:write"))
        .handler(async ({ context: { member }, input }) =>
          ruleSummaryOf(
            await ports.rules.set(actorOf(member), member.workspaceId, input.rule_id, input.active),
          ),
        ),
    },

    messages: {
      list: os.messages.list.use(needs("message:read")).handler(({ context: { member }, input }) =>
        ports.explain.list(member.workspaceId, {
          state: input.state,
          entityType: input.entity_type,
          entityRef: input.entity_ref,
          cursor: input.cursor,
          limit: input.limit ?? PAGE_ROWS_MAX,
        }),
      ),
      timeline: os.messages.timeline
        .use(needs("message:read"))
        .handler(({ context: { member }, input }) =>
          ports.explain.message(member.workspaceId, input.message_id),
        ),
      release: os.messages.release
        .use(needs("message:release"))
        .handler(({ context: { member }, input }) => settle(ports, member, input.message_id, "released")),
      cancel: os.messages.cancel
        .use(needs("message:release"))
        .handler(({ context: { member }, input }) => settle(ports, member, input.message_id, "cancelled")),
    },

    entities: {
      timeline: os.entities.timeline
        .use(needs("message:read"))
        .handler(({ context: { member }, input }) =>
          ports.explain.entity(member.workspaceId, input.entity_type, input.entity_ref),
        ),
    },

    consents: {
      list: os.consents.list.use(needs("consent:read")).handler(async ({ context: { member }, input }) => {
        return {
          consents: await ports.explain.consents(member.workspaceId, input.entity_type, input.entity_ref),
        };
      }),
      show: os.consents.show.use(needs("consent:read")).handler(notYet),
      grant: os.consents.grant
        .use(needs("consent:grant"))
        .handler(({ context: { member }, input }) => grant(ports, member, input)),
      withdraw: os.consents.withdraw
        .use(needs("consent:withdraw"))
        .handler(async ({ context: { member }, input }) => {
          const contactIds = await contactsOf(ports, member, input.identity);
          const purposes = input.purpose ? [input.purpose] : CONSENT_PURPOSES;
          const acts = contactIds.flatMap((contactId) =>
            purposes.map(
              (purpose): ConsentAct => ({
                contactId,
                purpose,
                channel: input.channel,
                state: "withdrawn",
                assurance: "confirmed",
                method: "admin",
                evidence: input.evidence,
                occurredAt: ports.clock.now(),
                actor: actorOf(member),
              }),
            ),
          );
          await recordActs(ports, member, acts);
          return { withdrawn: acts.length };
        }),
    },

    events: {
      publish: os.events.publish.use(needs("event:publish")).handler(async ({ input }) => {
        const result = await ports.publish(input);
        return {
          event_id: result.eventId,
          seen_before: result.seenBefore,
          intents: result.intents.map(({ messageId, ruleId, state, reason }) => ({
            message_id: messageId,
            rule_id: ruleId,
            state,
            reason,
          })),
        };
      }),
    },

    audit: {
      verify: os.audit.verify.use(needs("audit:verify")).handler(async ({ context: { member } }) => {
        const verdict = await ports.audit.verify(member.workspaceId);
        return { ...verdict, faults: [...verdict.faults] };
      }),
    },
  });
}

function notYet(): never {
  throw new WebxkeyError("internal", { detail: "This route is described and not yet answered." });
}

async function settle(ports: ApiPorts, member: Member, messageId: string, verdict: "released" | "cancelled") {
  await settleHold(ports, actorOf(member), member.workspaceId, messageId, verdict);
  return (await ports.explain.message(member.workspaceId, messageId)).message;
}

type GivenIdentity = { kind: "phone" | "bsuid"; value: string };

async function contactsOf(
  { contacts }: ApiPorts,
  member: Member,
  { kind, value }: GivenIdentity,
): Promise<string[]> {
  const identity: Identity = { kind, value: pii(value) };
  return (await contacts.resolve(member.workspaceId, [[identity]]))[0] ?? [];
}

async function recordActs(
  { db, consent, audit }: ApiPorts,
  member: Member,
  acts: readonly ConsentAct[],
): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    const { ids, facts } = await consent.record(tx, member.workspaceId, acts);
    await audit.append(tx, member.workspaceId, facts);
    return ids;
  });
}

interface GrantInput {
  readonly identity: GivenIdentity;
  readonly purpose: ConsentAct["purpose"];
  readonly channel: "whatsapp";
  readonly wording: {
    readonly id: string;
    readonly version: string;
    readonly language: string;
    readonly text: string;
  };
  readonly method: string;
  readonly evidence: string;
  readonly occurred_at: string;
}

/** A consent that a privacy officer attests with evidence. It never lifts a withdrawal: only the person does. */
async function grant(ports: ApiPorts, member: Member, input: GrantInput): Promise<ConsentSummary> {
  const { purpose, channel, wording } = input;
  await ports.consent.keepWordings(member.workspaceId, [{ ...wording, purpose }]);
  const [contactId] = await contactsOf(ports, member, input.identity);
  if (!contactId) throw new WebxkeyError("internal", { detail: "A contact could not be stored." });
  const records = await ports.consent.records(member.workspaceId, [contactId]);
  const last = records.findLast((record) => record.purpose === purpose && record.channel === channel);
  if (last?.state === "withdrawn") {
    throw new WebxkeyError("conflict", {
      detail: "The person opted out. Only they can opt in again, by writing START from their phone.",
    });
  }
  const occurredAt = new Date(input.occurred_at);
  const act: ConsentAct = {
    contactId,
    purpose,
    channel,
    state: "given",
    assurance: "confirmed",
    wording,
    method: input.method,
    evidence: input.evidence,
    occurredAt,
    actor: actorOf(member),
  };
  const [consentId] = await recordActs(ports, member, [act]);
  if (!consentId) throw new WebxkeyError("conflict", { detail: "The person's data was erased." });
  return {
    consent_id: consentId,
    purpose,
    channel,
    state: "given",
    assurance: "confirmed",
    entity: null,
    method: input.method,
    wording,
    occurred_at: occurredAt.toISOString(),
    recorded_at: ports.clock.now().toISOString(),
  };
}

function senderSummaryOf(sender: Sender): SenderSummary {
  return {
    sender_id: sender.senderId,
    channel: "whatsapp",
    state: sender.state,
    display_phone_number: sender.displayPhoneNumber,
    verified_name: sender.verifiedName,
    quality: sender.quality as SenderSummary["quality"],
    waba_id: sender.wabaId,
    phone_number_id: sender.phoneNumberId,
    app_id: sender.appId,
    connected_at: sender.connectedAt?.toISOString() ?? null,
  };
}

function ruleSummaryOf(rule: RuleStanding): RuleSummary {
  return {
    rule_id: rule.ruleId,
    on: rule.on,
    purpose: rule.purpose,
    template: rule.template,
    languages: [...rule.languages],
    active: rule.active,
    activated_at: rule.activatedAt?.toISOString() ?? null,
    problems: [...rule.problems],
  };
}
