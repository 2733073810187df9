import { implement } from "@orpc/server";
import { type ApiKey, actorOf, type Member, type Right, requireRight } from "../access/index.ts";
import { CONSENT_PURPOSES, type ConsentAct } from "../consent/index.ts";
import type { Contacts, Identity } from "../contacts/index.ts";
import type { Explain } from "../explain/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { PAGE_ROWS_MAX } from "../kernel/limits.ts";
import { pii } from "../kernel/pii.ts";
import { secret } from "../kernel/secret.ts";
import { endPauses, type Publisher, requeueMendedHolds, settleHold } from "../outbox/index.ts";
import type { RuleCatalog, RuleStanding } from "../rules/index.ts";
import type { Sender, Senders } from "../senders/index.ts";
import type { Templates } from "../templates/index.ts";
import {
  type ConsentSummary,
  contract,
  type KeySummary,
  type RuleSummary,
  type SenderSummary,
} from "./contract.ts";
import { openWorkspace, type WorkspacePorts } from "./open-workspace.ts";

export interface ApiPorts extends WorkspacePorts {
  readonly clock: Clock;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly rules: RuleCatalog;
  readonly explain: Explain;
  readonly contacts: Contacts;
  readonly publish: Publisher["publish"];
  readonly graphUrl: string;
}

interface ApiContext {
  readonly member: Member;
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
          rights: [...member.rights],
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
      remove: os.members.remove.use(needs("member:write")).handler(async ({ context: { member }, input }) => {
        await ports.access.remove(member, input.user_id);
        return input;
      }),
    },

    keys: {
      list: os.keys.list.use(needs("key:read")).handler(async ({ context: { member } }) => {
        return { keys: (await ports.apiKeys.list(member)).map(keySummaryOf) };
      }),
      create: os.keys.create.use(needs("key:create")).handler(async ({ context: { member }, input }) => {
        const { expires_in_days: days, ...wish } = input;
        const created = await ports.apiKeys.create(member, { ...wish, days });
        return {
          ...keyFieldsOf(created),
          key: created.key.reveal(),
          signing_secret: created.signingSecret?.reveal() ?? null,
        };
      }),
      revoke: os.keys.revoke
        .use(needs("key:revoke"))
        .handler(async ({ context: { member }, input }) =>
          keySummaryOf(await ports.apiKeys.revoke(member, input.key_id)),
        ),
    },

    workspaces: {
      list: os.workspaces.list.use(needs("workspace:read")).handler(async ({ context: { member } }) => {
        const workspaces = await ports.workspaces.list(await ports.access.workspacesOf(member.userId));
        return {
          workspaces: workspaces.map(({ id, name, installedAt }) => ({
            id,
            name,
            installed_at: installedAt.toISOString(),
          })),
        };
      }),
      create: os.workspaces.create
        .use(needs("workspace:create"))
        .handler(async ({ context: { member }, input }) => {
          const ownerKey = await openWorkspace(ports, member, input);
          return { ...input, owner_key: ownerKey.reveal() };
        }),
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
          await endPauses(ports.db, member.workspaceId);
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
      show: os.consents.show
        .use(needs("consent:read"))
        .handler(async ({ context: { member }, input }) => ({ consents: await show(ports, member, input) })),
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
      publish: os.events.publish
        .use(needs("event:publish"))
        .handler(async ({ context: { member }, input }) => {
          const result = await ports.publish(member.workspaceId, input, {
            by: actorOf(member),
            refuseOtherBody: true,
          });
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

/** Looking a person up by their number is itself on record. */
async function show(
  { db, contacts, explain, audit }: ApiPorts,
  member: Member,
  { identity }: { readonly identity: GivenIdentity },
): Promise<ConsentSummary[]> {
  const people = await contacts.find(member.workspaceId, [
    { kind: identity.kind, value: pii(identity.value) },
  ]);
  const consents = await explain.consentsOfPeople(member.workspaceId, people);
  await db.transaction().execute((tx) =>
    audit.append(
      tx,
      member.workspaceId,
      people.map((contactId) => ({
        actor: actorOf(member),
        action: "consent.shown",
        object: { type: "contact", id: contactId },
        outcome: "by_identity",
        subjectId: contactId,
      })),
    ),
  );
  return consents;
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

function keyFieldsOf({ keyId, kind, name, scopes, expiresAt }: ApiKey) {
  return {
    key_id: keyId,
    kind,
    name,
    scopes: [...scopes],
    expires_at: expiresAt?.toISOString() ?? null,
  };
}

function keySummaryOf(key: ApiKey): KeySummary {
  return {
    ...keyFieldsOf(key),
    user_id: key.userId,
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
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
