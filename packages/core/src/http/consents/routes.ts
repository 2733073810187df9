import { actorOf, type Member } from "../../access/index.ts";
import { CONSENT_PURPOSES, type ConsentAct } from "../../consent/index.ts";
import type { Identity } from "../../contacts/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { pii } from "../../kernel/pii.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { ConsentSummary } from "./contract.ts";

type ConsentPorts = Pick<ApiPorts, "db" | "audit" | "clock" | "consent" | "contacts" | "explain">;

export function consentRoutes(ports: ConsentPorts) {
  return {
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
  };
}

type GivenIdentity = { kind: "phone" | "bsuid"; value: string };

async function contactsOf(
  { contacts }: ConsentPorts,
  member: Member,
  { kind, value }: GivenIdentity,
): Promise<string[]> {
  const identity: Identity = { kind, value: pii(value) };
  return (await contacts.resolve(member.workspaceId, [[identity]]))[0] ?? [];
}

/** Looking a person up by their number is itself on record. */
async function show(
  { db, contacts, explain, audit }: ConsentPorts,
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
  { db, consent, audit }: ConsentPorts,
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
async function grant(ports: ConsentPorts, member: Member, input: GrantInput): Promise<ConsentSummary> {
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
