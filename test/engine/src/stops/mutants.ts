/** One change of the built engine, by which it forgets one source of an id or one place in which people say stop. */
export interface Mutant {
  readonly name: string;
  /** Below `dist` of the engine. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const MESSAGES = "channels/whatsapp/webhook-messages.js";
const UPDATES = "channels/whatsapp/webhook-updates.js";
const ANSWER = "channels/whatsapp/from-answer.js";
const FIELDS = "channels/whatsapp/from-webhook.js";
const VARIANTS = "kernel/phone-variants.js";
const NEVER = "/^never$/";

function mutant(name: string, file: string, find: string, replace: string): Mutant {
  return { name, file, find, replace };
}

export const MUTANTS: readonly Mutant[] = [
  mutant("the number in an answer", ANSWER, "identitiesOf(waId?.reveal(),", "identitiesOf(undefined,"),
  mutant("the user id in an answer", ANSWER, "userId?.reveal(), parent", "undefined, parent"),
  mutant("the number in a status", MESSAGES, "identitiesOf(address, data", "identitiesOf(undefined, data"),
  mutant(
    "the user id in a status",
    MESSAGES,
    "(address, data.recipient_user_id, parent)",
    "(address, undefined, parent)",
  ),
  mutant(
    "the parent id in a status",
    MESSAGES,
    "data.recipient_user_id, parent)",
    "data.recipient_user_id, undefined)",
  ),
  mutant(
    "the contact beside a status",
    MESSAGES,
    "identitiesOf(contact?.wa_id, contact?.user_id, contact?.parent_user_id)",
    "{}",
  ),
  mutant(
    "the number of who writes",
    MESSAGES,
    "identitiesOf(data.from ?? contact?.wa_id,",
    "identitiesOf(undefined,",
  ),
  mutant("the user id of who writes", MESSAGES, "data.from_user_id ?? contact?.user_id", "undefined"),
  mutant(
    "the parent id of who writes",
    MESSAGES,
    "data.from_parent_user_id ?? contact?.parent_user_id",
    "undefined",
  ),
  mutant(
    "the other contacts of who writes",
    "contacts/contacts.js",
    "named.map((contactIds) => withOthers(contactIds, whole))",
    "named",
  ),
  mutant(
    "the message that is answered",
    "inbox/people.js",
    'fact.kind === "inbound" && fact.contextWamid',
    "false && fact.contextWamid",
  ),
  mutant("the previous user id", MESSAGES, "masked(system?.previous_user_id) ?? from.bsuid", "from.bsuid"),
  mutant(
    "the previous parent id",
    MESSAGES,
    "masked(system?.previous_parent_user_id) ?? from.parentBsuid",
    "from.parentBsuid",
  ),
  mutant(
    "the new user id",
    MESSAGES,
    "identitiesOf(undefined, system.user_id,",
    "identitiesOf(undefined, undefined,",
  ),
  mutant(
    "the new parent id",
    MESSAGES,
    "identitiesOf(undefined, system.user_id, system.parent_user_id)",
    "identitiesOf(undefined, system.user_id, undefined)",
  ),
  mutant("the new number", MESSAGES, "identitiesOf(system.wa_id,", "identitiesOf(undefined,"),
  mutant("who chose in the settings, by number", UPDATES, "data.wa_id ?? contact?.wa_id", "undefined"),
  mutant("who chose in the settings, by user id", UPDATES, "data.user_id ?? contact?.user_id", "undefined"),
  mutant("Brazil's ways of a number", VARIANTS, "/^\\+55([1-9]\\d)9?([016-9]\\d{7})$/", NEVER),
  mutant("Mexico's ways of a number", VARIANTS, "/^\\+521?([2-9]\\d{9})$/", NEVER),
  mutant("Argentina's ways of a number", VARIANTS, "/^\\+549?([1-3]\\d{9})$/", NEVER),
  mutant(
    "two people who are one",
    "contacts/contacts.js",
    "await joinPeople(tx, workspaceId, others)",
    "await joinPeople(tx, workspaceId, [])",
  ),
  mutant(
    "what one of them withdrew before",
    "outbox/learn-ids.js",
    "await shareStops(consent, tx, workspaceId, clashes)",
    "[]",
  ),
  mutant("a text", MESSAGES, "[content.text?.body, button", "[button"),
  mutant("a caption", MESSAGES, '...parts("words", captions),', ""),
  mutant("an edit", MESSAGES, "said: readSaid(data.edit?.message ?? data,", "said: readSaid(data,"),
  mutant("a button's label", MESSAGES, "button?.text, chosen", "chosen"),
  mutant("a button's payload", MESSAGES, "[button?.payload, chosen", "[chosen"),
  mutant("a row of a list", MESSAGES, "chosen?.id, chosen?.description", "chosen?.description"),
  mutant("the answer of a flow", MESSAGES, "flow?.response_json, unknown", "unknown"),
  mutant("a stop sign put on a message", MESSAGES, '...parts("sign", [content.reaction?.emoji]),', ""),
  mutant("the note of an order", MESSAGES, ", content.order?.text", ""),
  mutant(
    "a type of message that is not known",
    MESSAGES,
    "flow?.response_json, unknown",
    "flow?.response_json",
  ),
  mutant("what is written to an agent", FIELDS, '["standby", standby]', '["standby", keptAside]'),
  mutant(
    "an old chat",
    "channels/whatsapp/webhook-lists.js",
    "history: (found, _as, receivedAt) => found.history.flatMap((chunk) => historyOf(chunk, found, receivedAt))",
    "history: () => []",
  ),
  mutant(
    "a choice in the settings",
    FIELDS,
    '["user_preferences", userPreferences]',
    '["user_preferences", keptAside]',
  ),
];
