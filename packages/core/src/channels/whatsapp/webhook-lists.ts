import * as z from "zod";
import type { Json } from "../../kernel/json.ts";
import { phoneVariants } from "../../kernel/phone-variants.ts";
import type { WebhookChange } from "../../meta/index.ts";
import type { InboundFact, InboundKind, UserPreferenceFact } from "../facts.ts";
import { readInbound } from "./webhook-messages.ts";
import { type Contact, contactOf, contacts, items, text, textOrNumber } from "./webhook-schemas.ts";
import { readUserPreference } from "./webhook-updates.ts";

/** The lists that a value may hold; a missing one, or one that is no list, counts as empty. */
const lists = z.object({
  contacts,
  messages: items,
  statuses: items,
  errors: items,
  standby: items,
  user_preferences: items,
  user_id_update: items,
  history: items,
  metadata: z.object({ display_phone_number: text }).optional().catch(undefined),
});

export type Lists = z.output<typeof lists>;

export function listsOf(value: Json): Lists {
  return lists.safeParse(value).data ?? lists.parse({});
}

/** Lists in which people speak. */
const OF_PEOPLE = ["messages", "standby", "user_preferences", "history"] as const;
export type PeopleList = (typeof OF_PEOPLE)[number];

/**
 * Reads the lists in which people speak where Meta does not document them, and the chats from before the number was connected: a
 * wish to stop counts wherever it stands. A choice other than a stop is not trusted there.
 *
 * @param own lists that belong to the field of the change, and that its reader reads.
 * @param as the kind that messages in the others get, so that no START in them lifts a stop.
 */
export function readStrays(
  { value }: WebhookChange,
  own: readonly PeopleList[],
  as: InboundKind,
  receivedAt: Date,
): (InboundFact | UserPreferenceFact)[] {
  const strays = OF_PEOPLE.filter((name) => !own.includes(name) && holds(value, name));
  // Nearly every webhook holds statuses and nothing else.
  if (strays.length === 0) return [];
  const found = listsOf(value);
  return strays.flatMap((name) => STRAYS[name](found, as, receivedAt));
}

type StrayReader = (found: Lists, as: InboundKind, receivedAt: Date) => (InboundFact | UserPreferenceFact)[];

const STRAYS: Readonly<Record<PeopleList, StrayReader>> = {
  messages: (found, as, receivedAt) => wordsIn(found.messages, found, found.contacts, as, receivedAt),
  standby: (found, as, receivedAt) => wordsIn(found.standby, found, found.contacts, as, receivedAt),
  history: (found, _as, receivedAt) => found.history.flatMap((chunk) => historyOf(chunk, found, receivedAt)),
  user_preferences: (found, _as, receivedAt) => stopsIn(found, receivedAt),
};

/** The items that neither the shop nor an agent wrote. */
export function writtenByPeople(
  listed: readonly unknown[],
  { metadata }: Lists,
  threadId?: string,
): unknown[] {
  return listed.filter((item) => !isWrittenByShop(item, metadata?.display_phone_number, threadId));
}

function holds(value: Json, name: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}

function wordsIn(
  written: readonly unknown[],
  found: Lists,
  contactList: readonly Contact[],
  as: InboundKind,
  receivedAt: Date,
  threadId?: string,
): InboundFact[] {
  const items = writtenByPeople(written, found, threadId);
  // A chat has one person, whoever wrote how many messages in it.
  const alone = threadId !== undefined || written.length === 1;
  return items.flatMap((item) => {
    const fact = readInbound(item, contactList, alone, receivedAt);
    return fact?.kind === "inbound" ? [{ ...fact, messageKind: as }] : [];
  });
}

const named = { wa_id: textOrNumber, user_id: text, parent_user_id: text };
const chat = z.object({
  id: textOrNumber,
  ...named,
  context: z.object(named).optional().catch(undefined),
  messages: items,
});
const chunk = z.object({ threads: items });

/** Messages of people in the chats of a number from before it was connected. `id` of a chat is the person's number. */
function historyOf(item: unknown, found: Lists, receivedAt: Date): InboundFact[] {
  return (chunk.safeParse(item).data?.threads ?? []).flatMap((thread) => {
    const read = chat.safeParse(thread).data;
    if (!read) return [];
    const { id, context, messages } = read;
    const waId = read.wa_id ?? context?.wa_id ?? id;
    const userId = read.user_id ?? context?.user_id;
    const beside = contactOf(found.contacts, waId, userId);
    const person: Contact = {
      wa_id: waId ?? beside?.wa_id,
      user_id: userId ?? beside?.user_id,
      parent_user_id: read.parent_user_id ?? context?.parent_user_id ?? beside?.parent_user_id,
      profile: beside?.profile,
    };
    return wordsIn(messages, found, [person], "aside", receivedAt, waId ?? "");
  });
}

function stopsIn(found: Lists, receivedAt: Date): UserPreferenceFact[] {
  return found.user_preferences.flatMap((item) => {
    const fact = readUserPreference(item, found.contacts, found.user_preferences.length === 1, receivedAt);
    return fact?.preference === "stop" ? [fact] : [];
  });
}

const author = z.object({
  from: textOrNumber,
  to: textOrNumber,
  is_echo: z.boolean().optional().catch(undefined),
  history_context: z
    .object({ from_me: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

function isWrittenByShop(
  item: unknown,
  ownNumber: string | undefined,
  threadId: string | undefined,
): boolean {
  const { data } = author.safeParse(item);
  if (!data) return false;
  const { from, to, is_echo, history_context } = data;
  if (is_echo === true || history_context?.from_me === true) return true;
  if (from === undefined) return to !== undefined && to === threadId;
  if (ownNumber !== undefined) return isSameNumber(from, ownNumber);
  return threadId !== undefined && !isSameNumber(from, threadId);
}

function isSameNumber(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** Meta writes a number in several ways, and the shop's own with spaces and signs. */
function canonical(number: string): string {
  return phoneVariants(`+${number.replace(/\D/g, "")}`)[0];
}
