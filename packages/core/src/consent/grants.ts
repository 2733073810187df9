import type { Actor, Audit } from "../audit/index.ts";
import type { Contacts, Identity } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { type FieldProblem, WebxkeyError } from "../kernel/errors.ts";
import { didYouMean } from "../kernel/near-name.ts";
import type { Db } from "../storage/index.ts";
import type { Consent, ConsentAct } from "./consent.ts";
import {
  CONSENT_PURPOSES,
  type ConsentChannel,
  type ConsentPurpose,
  type ConsentRecord,
  type ConsentStanding,
  type EntityRef,
  foldConsent,
  type WordingRef,
} from "./record.ts";
import { type KeptWording, otherWords, wordingName } from "./wordings.ts";

/** Clocks of shops and ours differ by this much at the most. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** What is the same for a claim, an attestation and an import. */
interface Granted {
  readonly channel: ConsentChannel;
  readonly wording: WordingRef & { readonly text?: string | undefined };
  readonly method: string;
  readonly evidence: string;
  readonly occurredAt: Date;
}

export interface GrantedByService extends Granted {
  /** A claim allows messages about this order or account and no other. */
  readonly entity: EntityRef;
}

export interface GrantedByPerson extends Granted {
  readonly reason: string;
  /** The withdrawal that the person took back, where there is one. */
  readonly lifts?: string | undefined;
}

export interface Withdrawn {
  /** Absent: every purpose that needs a consent. */
  readonly purpose?: ConsentPurpose | undefined;
  readonly channel: ConsentChannel;
  readonly evidence: string;
}

export interface ImportOutcome {
  readonly attested: number;
  /** How many of them were known before. */
  readonly known: number;
  /** By their place in the list: who opted out, and stays so. */
  readonly optedOut: readonly number[];
}

/**
 * Consents and withdrawals that come from outside the channel. How much a grant is worth follows from who makes it, not from what
 * is asked for: a service claims, a person of the shop attests, and nobody but the person in question confirms. The look at earlier
 * withdrawals and the write are one transaction under the person's lock, which a STOP takes too.
 */
export interface Grants {
  /** @throws WebxkeyError `invalid_input` for words or a time that cannot be, `conflict` after a withdrawal. */
  claim(by: Actor, workspaceId: string, who: Identity, granted: GrantedByService): Promise<ConsentRecord>;
  /** @throws WebxkeyError as `claim`; after a withdrawal, unless it names that very withdrawal. */
  attest(by: Actor, workspaceId: string, who: Identity, granted: GrantedByPerson): Promise<ConsentRecord>;
  /** Attests the same of many; whoever opted out is passed over. */
  attestMany(
    by: Actor,
    workspaceId: string,
    people: readonly Identity[],
    granted: Omit<GrantedByPerson, "lifts">,
  ): Promise<ImportOutcome>;
  /** Also for somebody whom nobody knows yet. `known` says how many known people it met. */
  withdraw(
    by: Actor,
    workspaceId: string,
    who: Identity,
    withdrawn: Withdrawn,
  ): Promise<{ readonly withdrawn: number; readonly known: number }>;
}

export function createGrants({
  db,
  consent,
  contacts,
  audit,
  clock,
}: {
  readonly db: Db;
  readonly consent: Consent;
  readonly contacts: Contacts;
  readonly audit: Audit;
  readonly clock: Clock;
}): Grants {
  async function soundWording(workspaceId: string, { wording, occurredAt }: Granted): Promise<KeptWording> {
    const name = wordingName(wording);
    const all = await consent.wordings.list(workspaceId);
    const kept = all.find((one) => wordingName(one) === name);
    if (!kept) {
      throw invalid(
        "/wording",
        `There is no wording ${name}. Somebody with the right wording:write makes it first.${didYouMean(name, all.map(wordingName))}`,
      );
    }
    if (wording.text !== undefined && wording.text !== kept.text) throw otherWords("conflict", wording);
    if (occurredAt.getTime() > clock.now().getTime() + CLOCK_SKEW_MS) {
      throw invalid("/occurred_at", "This time is still to come: nobody has agreed then.");
    }
    if (occurredAt.getTime() < kept.createdAt.getTime() - CLOCK_SKEW_MS) {
      const since = kept.createdAt.toISOString();
      throw invalid("/occurred_at", `These words are from ${since}: nobody can have agreed to them before.`);
    }
    return kept;
  }

  /** In the transaction that writes, so that a webhook which learns who else the person is either waits or is seen. */
  async function peopleOf(tx: Db, workspaceId: string, who: readonly Identity[]): Promise<string[][]> {
    return await contacts.resolveForUpdate(
      tx,
      workspaceId,
      who.map((identity) => [identity]),
    );
  }

  async function write(tx: Db, workspaceId: string, acts: readonly ConsentAct[]): Promise<string[]> {
    const { ids, facts } = await consent.record(tx, workspaceId, acts);
    await audit.append(tx, workspaceId, facts);
    return ids;
  }

  async function standingsOf(
    tx: Db,
    workspaceId: string,
    contactIds: readonly string[],
    { purpose }: KeptWording,
    channel: ConsentChannel,
  ): Promise<(contactId: string) => ConsentStanding> {
    await consent.lockPeople(tx, workspaceId, contactIds);
    const records = await consent.records(workspaceId, contactIds, tx);
    return (contactId) =>
      foldConsent(
        records.filter(
          (record) =>
            record.contactId === contactId && record.purpose === purpose && record.channel === channel,
        ),
      );
  }

  async function grantOne(
    workspaceId: string,
    who: Identity,
    granted: Granted,
    of: (wording: KeptWording, contactId: string) => ConsentAct,
  ): Promise<ConsentRecord> {
    const wording = await soundWording(workspaceId, granted);
    return await db.transaction().execute(async (tx) => {
      const [people = []] = await peopleOf(tx, workspaceId, [who]);
      const standingOf = await standingsOf(tx, workspaceId, people, wording, granted.channel);
      const acts = people.map((contactId) => {
        const act = of(wording, contactId);
        refuseWithdrawn(standingOf(contactId), act);
        return act;
      });
      const [consentId] = await write(tx, workspaceId, acts);
      const written = (await consent.records(workspaceId, people, tx)).find(
        (record) => record.consentId === consentId,
      );
      if (!written) throw new WebxkeyError("conflict", { detail: "The person's data was erased." });
      return written;
    });
  }

  const granting = (by: Actor, { channel, method, evidence, occurredAt }: Granted, wording: KeptWording) =>
    ({
      channel,
      method,
      evidence,
      occurredAt,
      purpose: wording.purpose,
      wording,
      state: "given",
      actor: by,
    }) as const;

  return {
    claim: (by, workspaceId, who, granted) =>
      grantOne(workspaceId, who, granted, (wording, contactId) => ({
        ...granting(by, granted, wording),
        contactId,
        assurance: "claimed",
        entity: granted.entity,
      })),

    attest: (by, workspaceId, who, granted) =>
      grantOne(workspaceId, who, granted, (wording, contactId) => ({
        ...granting(by, granted, wording),
        contactId,
        assurance: "attested",
        reason: granted.reason,
        ...(granted.lifts !== undefined && { lifts: granted.lifts }),
      })),

    async attestMany(by, workspaceId, people, granted) {
      const wording = await soundWording(workspaceId, granted);
      const known = await contacts.find(workspaceId, people);
      return await db.transaction().execute(async (tx) => {
        const resolved = await peopleOf(tx, workspaceId, people);
        const contactIds = [...new Set(resolved.flat())];
        const standingOf = await standingsOf(tx, workspaceId, contactIds, wording, granted.channel);
        const out = new Set(contactIds.filter((contactId) => standingOf(contactId).kind === "withdrawn"));
        const agreed = contactIds.filter((contactId) => !out.has(contactId));
        const ids = await write(
          tx,
          workspaceId,
          agreed.map((contactId) => ({
            ...granting(by, granted, wording),
            contactId,
            assurance: "attested",
            reason: granted.reason,
          })),
        );
        const optedOut = resolved.flatMap((ids, index) => (ids.some((id) => out.has(id)) ? [index] : []));
        return { attested: ids.length, known: known.length, optedOut };
      });
    },

    async withdraw(by, workspaceId, who, { purpose, channel, evidence }) {
      const known = await contacts.find(workspaceId, [who]);
      const purposes = purpose ? [purpose] : CONSENT_PURPOSES;
      const ids = await db.transaction().execute(async (tx) => {
        const people = (await contacts.resolveWhole(tx, workspaceId, [[who]])).flat();
        return await write(
          tx,
          workspaceId,
          people.flatMap((contactId) =>
            purposes.map((of) => ({
              contactId,
              purpose: of,
              channel,
              state: "withdrawn",
              assurance: by.type === "service" ? "claimed" : "attested",
              method: "admin",
              evidence,
              occurredAt: clock.now(),
              actor: by,
            })),
          ),
        );
      });
      return { withdrawn: ids.length, known: known.length };
    },
  };
}

/** @throws WebxkeyError `conflict` where the act would follow a withdrawal that it does not name, `invalid_input` where it is older. */
function refuseWithdrawn(standing: ConsentStanding, { assurance, lifts, occurredAt }: ConsentAct): void {
  if (standing.kind !== "withdrawn") {
    if (lifts === undefined) return;
    throw new WebxkeyError("conflict", { detail: "The person has not opted out: leave lifts out." });
  }
  if (lifts === standing.record.consentId) {
    if (occurredAt.getTime() >= standing.record.occurredAt.getTime() - CLOCK_SKEW_MS) return;
    const since = standing.record.occurredAt.toISOString();
    throw invalid(
      "/occurred_at",
      `The person opted out on ${since}: what they agreed to before that is over.`,
    );
  }
  throw new WebxkeyError("conflict", {
    detail:
      assurance === "claimed"
        ? "The person opted out. Only they can opt in again, by writing START from their phone."
        : "The person opted out. They opt in again by writing START from their phone; if they asked the shop itself, look at the withdrawal and name it in lifts.",
  });
}

function invalid(pointer: string, detail: string): WebxkeyError {
  const fields: readonly FieldProblem[] = [{ pointer, detail }];
  return new WebxkeyError("invalid_input", { detail, fields });
}
