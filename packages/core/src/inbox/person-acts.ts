import type { InboundFact } from "../channels/facts.ts";
import {
  CONSENT_PURPOSES,
  type Consent,
  type ConsentAct,
  isOvertaken,
  marketingStop,
  OWN_CHOICE,
  optInActs,
  optOutActs,
} from "../consent/index.ts";
import type { Db } from "../storage/index.ts";
import type { NewInbound } from "./inbound-store.ts";
import type { PersonFact } from "./people.ts";

/** Consents and withdrawals that people wrote in plain words, in the order in which they wrote them. */
export async function actsOfWords(
  { consent }: { readonly consent: Consent },
  tx: Db,
  workspaceId: string,
  inbound: readonly NewInbound[],
): Promise<ConsentAct[]> {
  const spoken = inbound
    .filter(({ reading }) => reading === "opt_out" || reading === "opt_in")
    .sort((a, b) => a.fact.timestamp.getTime() - b.fact.timestamp.getTime());
  if (spoken.length === 0) return [];
  const records = Map.groupBy(
    await consent.records(
      workspaceId,
      spoken.flatMap(({ contactIds }) => contactIds),
      tx,
    ),
    ({ contactId }) => contactId,
  );
  return spoken.flatMap(({ fact, contactIds, reading }) =>
    contactIds.flatMap((contactId): ConsentAct[] => {
      const of = {
        contactId,
        channel: "whatsapp" as const,
        method: methodOf(fact),
        evidence: `message ${fact.wamid.reveal()}: ${fact.said.map(({ text }) => text.reveal()).join(" | ")}`,
        occurredAt: fact.timestamp,
        actor: { type: "person" as const },
      };
      const own = records.get(contactId) ?? [];
      if (reading === "opt_out") {
        const open = CONSENT_PURPOSES.filter((purpose) => !isOvertaken(own, purpose, fact.timestamp));
        return optOutActs(of, open);
      }
      // Meta tells whole seconds: of two words in the same one nobody knows which came last, and the STOP stands.
      const stoppedSince =
        own.some(({ state, occurredAt }) => state === "withdrawn" && occurredAt >= fact.timestamp) ||
        spoken.some(
          (other) =>
            other.reading === "opt_out" &&
            other.fact.timestamp >= fact.timestamp &&
            other.contactIds.includes(contactId),
        );
      return stoppedSince ? [] : optInActs(of, own);
    }),
  );
}

function methodOf({ messageKind }: InboundFact): "button" | "keyword" | "reaction" {
  if (messageKind === "reaction") return "reaction";
  return messageKind === "button" || messageKind === "interactive" ? "button" : "keyword";
}

/** Withdrawals that a person chose in WhatsApp itself. A stop of anything but marketing is one of everything. */
export function actsOfPreference(fact: PersonFact, contactIds: readonly string[]): ConsentAct[] {
  if (fact.kind !== "user_preference" || fact.preference !== "stop") return [];
  const { category, timestamp } = fact;
  if (category.toLowerCase().startsWith("marketing"))
    return contactIds.flatMap((contactId) => marketingStop(contactId, timestamp));
  const evidence = "The person stopped messages in WhatsApp.";
  return contactIds.flatMap((contactId) =>
    optOutActs({ ...OWN_CHOICE, contactId, evidence, occurredAt: timestamp }),
  );
}

/** A number that its person gave up may be somebody else's. */
export function actsOfChange(fact: PersonFact, contactIds: readonly string[]): ConsentAct[] {
  if (fact.kind !== "identity_change" || fact.cause === "identity_key_changed") return [];
  const { cause, timestamp } = fact;
  return contactIds.flatMap((contactId) =>
    optOutActs({
      contactId,
      channel: "whatsapp",
      method: cause,
      evidence: "Meta reported that the number or user id changed; it may belong to someone else now.",
      occurredAt: timestamp,
      actor: { type: "meta" },
    }),
  );
}
