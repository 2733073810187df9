import { actorOf, type Member } from "../../access/index.ts";
import type { ConsentRecord, GrantedByPerson } from "../../consent/index.ts";
import type { Identity } from "../../contacts/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { parsePhone } from "../../kernel/phone.ts";
import { pii } from "../../kernel/pii.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { ConsentSummary } from "./contract.ts";

type ConsentPorts = Pick<ApiPorts, "db" | "audit" | "grants" | "contacts" | "explain">;

export function consentRoutes(ports: ConsentPorts) {
  const { grants, explain } = ports;
  return {
    list: os.consents.list.use(needs("consent:read")).handler(async ({ context: { member }, input }) => {
      return { consents: await explain.consents(member.workspaceId, input.entity_type, input.entity_ref) };
    }),
    show: os.consents.show.use(needs("consent:read")).handler(async ({ context: { member }, input }) => ({
      consents: await show(ports, member, identityOf(input.identity)),
    })),
    grant: os.consents.grant
      .use(needs("consent:grant"))
      .handler(({ context: { member }, input }) => grant(ports, member, input)),
    import: os.consents.import
      .use(needs("consent:import"))
      .handler(async ({ context: { member }, input }) => {
        const { name, bytes, sha256 } = input.evidence_file;
        const read = input.phones.map((typed) => parsePhone(typed, input.country));
        const readable = read.flatMap((phone, index) => (phone.ok ? [{ e164: phone.e164, index }] : []));
        const outcome = await grants.attestMany(
          actorOf(member),
          member.workspaceId,
          readable.map(({ e164 }) => ({ kind: "phone", value: pii(e164) })),
          {
            channel: input.channel,
            wording: input.wording,
            method: "import",
            evidence: `file ${name}, ${bytes} bytes, SHA-256 ${sha256}`,
            reason: input.reason,
            occurredAt: new Date(input.occurred_at),
          },
        );
        return {
          attested: outcome.attested,
          people_known: outcome.known,
          opted_out: outcome.optedOut.flatMap((place) => readable[place]?.index ?? []),
          unreadable: read.flatMap((phone, index) => (phone.ok ? [] : [index])),
        };
      }),
    withdraw: os.consents.withdraw
      .use(needs("consent:withdraw"))
      .handler(async ({ context: { member }, input: { identity, ...withdrawn } }) => {
        const who = identityOf(identity);
        const met = await grants.withdraw(actorOf(member), member.workspaceId, who, withdrawn);
        return { withdrawn: met.withdrawn, people_known: met.known };
      }),
  };
}

type GivenIdentity =
  | { readonly kind: "phone"; readonly value: string; readonly country?: string | undefined }
  | { readonly kind: "bsuid"; readonly value: string };

/** In the form in which people are known. @throws WebxkeyError `invalid_input` for what cannot be read as a number. */
function identityOf(given: GivenIdentity): Identity {
  if (given.kind === "bsuid") return { kind: "bsuid", value: pii(given.value) };
  const phone = parsePhone(given.value, given.country);
  if (phone.ok) return { kind: "phone", value: pii(phone.e164) };
  const detail =
    "Write the phone number with + and its country's code, such as +16505551234, or name its country.";
  throw new WebxkeyError("invalid_input", { detail, fields: [{ pointer: "/identity/value", detail }] });
}

/** Looking a person up by their number is itself on record, also where nobody is known by it. */
async function show(
  { db, contacts, explain, audit }: ConsentPorts,
  member: Member,
  identity: Identity,
): Promise<ConsentSummary[]> {
  const people = await contacts.find(member.workspaceId, [identity]);
  const consents = await explain.consentsOfPeople(member.workspaceId, people);
  const shown = { actor: actorOf(member), action: "consent.shown" };
  await db.transaction().execute((tx) =>
    audit.append(
      tx,
      member.workspaceId,
      people.length === 0
        ? [{ ...shown, object: { type: "contact", id: "unknown" }, outcome: "nobody" }]
        : people.map((contactId) => ({
            ...shown,
            object: { type: "contact", id: contactId },
            outcome: "by_identity",
            subjectId: contactId,
          })),
    ),
  );
  return consents;
}

interface GrantInput extends Omit<GrantedByPerson, "reason" | "occurredAt"> {
  readonly identity: GivenIdentity;
  readonly entity?: { readonly type: string; readonly ref: string } | undefined;
  readonly reason?: string | undefined;
  readonly occurred_at: string;
}

/** Who asks decides what it is worth: nobody can ask for more. */
async function grant(
  { grants, explain }: ConsentPorts,
  member: Member,
  { identity, entity, reason, lifts, occurred_at, ...rest }: GrantInput,
): Promise<ConsentSummary> {
  const granted = { ...rest, occurredAt: new Date(occurred_at) };
  const by = actorOf(member);
  const who = identityOf(identity);
  const record = await (member.role === "service"
    ? grants.claim(by, member.workspaceId, who, {
        ...granted,
        entity: needed(entity, "/entity", "Name the order or account that the consent came with."),
      })
    : grants.attest(by, member.workspaceId, who, {
        ...granted,
        reason: needed(reason, "/reason", "Say why you record it for the person."),
        lifts,
      }));
  return await summaryOf(explain, member, record);
}

async function summaryOf(
  explain: ConsentPorts["explain"],
  { workspaceId }: Member,
  { contactId, consentId }: ConsentRecord,
): Promise<ConsentSummary> {
  const all = await explain.consentsOfPeople(workspaceId, [contactId]);
  const summary = all.find(({ consent_id }) => consent_id === consentId);
  if (!summary) throw new WebxkeyError("internal", { detail: "A consent that was stored is not there." });
  return summary;
}

function needed<T>(value: T | undefined, pointer: string, detail: string): T {
  if (value !== undefined) return value;
  throw new WebxkeyError("invalid_input", { detail, fields: [{ pointer, detail }] });
}
