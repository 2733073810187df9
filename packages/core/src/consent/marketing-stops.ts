import type { Contacts } from "../contacts/index.ts";
import type { Db } from "../storage/index.ts";
import { type ConsentAct, optOutActs } from "./consent.ts";

/** Meta's code for: this person stopped marketing messages from this business. It comes as an answer or as a status. */
export const MARKETING_STOPPED = 131050;

/** Methods of a choice that was made in WhatsApp itself. */
export const OWN_CHOICE = {
  channel: "whatsapp",
  method: "meta_user_preferences",
  actor: { type: "person" },
} as const;

export function marketingStop(contactId: string, occurredAt: Date): ConsentAct[] {
  const evidence = "The person stopped marketing messages in WhatsApp.";
  return optOutActs({ ...OWN_CHOICE, contactId, evidence, occurredAt }, ["marketing"]);
}

/** Choices in WhatsApp by the people of these messages, for all that they are known as. */
export async function marketingStops(
  { contacts }: { readonly contacts: Contacts },
  tx: Db,
  workspaceId: string,
  told: readonly { readonly contactId: string; readonly code: number | null; readonly at: Date }[],
): Promise<ConsentAct[]> {
  const acts: ConsentAct[] = [];
  for (const { contactId, code, at } of told) {
    if (code !== MARKETING_STOPPED) continue;
    const whole = await contacts.wholeOf(tx, workspaceId, [contactId]);
    acts.push(...whole.flatMap((one) => marketingStop(one, at)));
  }
  return acts;
}
