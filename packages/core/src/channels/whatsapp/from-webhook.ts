import type { WebhookChange } from "../../meta/index.ts";
import type { ChannelFact } from "../facts.ts";
import { listsOf, type PeopleList, readStrays, writtenByPeople } from "./webhook-lists.ts";
import { readInbound, readStatus } from "./webhook-messages.ts";
import {
  readAccountUpdate,
  readNumberUpdate,
  readTemplateUpdate,
  readUserIdUpdate,
  readUserPreference,
} from "./webhook-updates.ts";

type Reader = (change: WebhookChange, field: string, receivedAt: Date) => (ChannelFact | undefined)[];

const messages: Reader = ({ value }, field, receivedAt) => {
  const { statuses, messages, errors, contacts } = listsOf(value);
  return [
    ...statuses.map((item) => readStatus(item, contacts, statuses.length === 1, receivedAt)),
    ...messages.map((item) => readInbound(item, contacts, messages.length === 1, receivedAt)),
    // Errors of the number itself, beside no message: they change nothing that is stored.
    ...errors.map((): ChannelFact => ({ kind: "kept_aside", field })),
  ];
};

/**
 * While Meta's business agent holds a chat, what the customer writes comes here. It is read like any other message, but for what
 * the agent or the shop wrote, which is nobody's wish.
 */
const standby: Reader = ({ value }, field, receivedAt) => {
  const found = listsOf(value);
  const listed = writtenByPeople([...found.messages, ...found.standby], found);
  const written = listed.map((item) => readInbound(item, found.contacts, listed.length === 1, receivedAt));
  return [
    { kind: "agent_seen", timestamp: receivedAt },
    ...found.statuses.map((item) => readStatus(item, found.contacts, false, receivedAt)),
    ...written,
    ...(written.length === 0 ? [{ kind: "kept_aside" as const, field }] : []),
  ];
};

const handovers: Reader = (_change, field, receivedAt) => [
  { kind: "agent_seen", timestamp: receivedAt },
  { kind: "kept_aside", field },
];

const templateUpdate: Reader = ({ value }) => [readTemplateUpdate(value)];
const numberUpdate: Reader = ({ value }, field) => [readNumberUpdate(value, field)];
const accountUpdate: Reader = ({ value }, field) => [readAccountUpdate(value, field)];
const keptAside: Reader = (_change, field) => [{ kind: "kept_aside", field }];

const userPreferences: Reader = ({ value }, _field, receivedAt) => {
  const found = listsOf(value);
  return found.user_preferences.map((item) =>
    readUserPreference(item, found.contacts, found.user_preferences.length === 1, receivedAt),
  );
};

const userIdUpdates: Reader = ({ value }, _field, receivedAt) =>
  listsOf(value).user_id_update.map((item) => readUserIdUpdate(item, receivedAt));

const READERS: ReadonlyMap<string, Reader> = new Map([
  ["messages", messages],
  ["standby", standby],
  ["messaging_handovers", handovers],
  ["message_template_status_update", templateUpdate],
  ["message_template_quality_update", templateUpdate],
  ["message_template_components_update", templateUpdate],
  ["template_category_update", templateUpdate],
  ["user_preferences", userPreferences],
  ["user_id_update", userIdUpdates],
  ["phone_number_quality_update", numberUpdate],
  ["phone_number_name_update", numberUpdate],
  ["business_username_update", numberUpdate],
  ["security", numberUpdate],
  ["account_update", accountUpdate],
  ["account_review_update", accountUpdate],
  ["account_alerts", accountUpdate],
  ["business_capability_update", accountUpdate],
  // Coexistence with the WhatsApp Business app: what the shop wrote by hand, its address book, its old chats.
  ["smb_message_echoes", keptAside],
  ["smb_app_state_sync", keptAside],
  ["history", keptAside],
  ["account_settings_update", keptAside],
  ["automatic_events", keptAside],
  ["calls", keptAside],
  ["call_recording_available", keptAside],
  ["flows", keptAside],
  ["group_lifecycle_update", keptAside],
  ["group_participants_update", keptAside],
  ["group_settings_update", keptAside],
  ["group_status_update", keptAside],
  ["partner_solutions", keptAside],
  ["payment_configuration_update", keptAside],
  ["tracking_events", keptAside],
]);

/** The lists of people that belong to a field. Where they stand in another one they are strays. */
const OWN_LISTS: ReadonlyMap<string, readonly PeopleList[]> = new Map([
  ["messages", ["messages"]],
  ["standby", ["messages", "standby"]],
  ["user_preferences", ["user_preferences"]],
]);

/**
 * Reads one change of a WhatsApp webhook into facts. Never throws and gives at least one fact: what is not understood,
 * a single list item included, comes out as `unknown`, so that it can be kept.
 *
 * @param receivedAt stands in where Meta's own time is missing or makes no sense, so that an opt-out is not lost for it.
 */
export function factsFromChange(change: WebhookChange, receivedAt: Date): ChannelFact[] {
  const { object, field } = change;
  const unknown: ChannelFact = { kind: "unknown", field };
  const ofWhatsApp = object === undefined || object === "whatsapp_business_account";
  if (!ofWhatsApp) return [unknown];
  const read = field === undefined ? undefined : READERS.get(field);
  // A field of tomorrow is kept for a later version, and what customers write in it is shown.
  if (field === undefined || !read) return [unknown, ...readStrays(change, [], "other", receivedAt)];
  const facts = [
    ...read(change, field, receivedAt),
    ...readStrays(change, OWN_LISTS.get(field) ?? [], "aside", receivedAt),
  ];
  return facts.length === 0 ? [unknown] : facts.map((fact) => fact ?? unknown);
}
