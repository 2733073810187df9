import * as z from "zod";
import type { WebhookChange } from "../../meta/index.ts";
import type { ChannelFact } from "../facts.ts";
import { readInbound, readStatus } from "./webhook-messages.ts";
import { type Contact, contacts, items, text } from "./webhook-schemas.ts";
import {
  readAccountUpdate,
  readNumberUpdate,
  readTemplateUpdate,
  readUserIdUpdate,
  readUserPreference,
} from "./webhook-updates.ts";

type Reader = (change: WebhookChange, field: string, receivedAt: Date) => (ChannelFact | undefined)[];

/** The lists a value may hold; what is missing or is no list counts as empty. */
const lists = z
  .object({
    contacts,
    messages: items,
    statuses: items,
    errors: items,
    standby: items,
    user_preferences: items,
    user_id_update: items,
    metadata: z.object({ display_phone_number: text }).optional().catch(undefined),
  })
  .catch({
    contacts: [],
    messages: [],
    statuses: [],
    errors: [],
    standby: [],
    user_preferences: [],
    user_id_update: [],
    metadata: undefined,
  });

const messages: Reader = ({ value }, field, receivedAt) => {
  const found = lists.parse(value);
  return [
    ...found.statuses.map((item) =>
      readStatus(item, found.contacts, found.statuses.length === 1, receivedAt),
    ),
    ...readAll(found.messages, found.contacts, receivedAt),
    // Errors of the number itself, beside no message: they change nothing that is stored.
    ...found.errors.map((): ChannelFact => ({ kind: "kept_aside", field })),
  ];
};

/**
 * While Meta's business agent holds a chat, what the customer writes comes here. It is read like any other message, but for what
 * the agent or the shop wrote, which is nobody's wish.
 */
const standby: Reader = (change, field, receivedAt) => {
  const { statuses, contacts } = lists.parse(change.value);
  const written = customersMessages(change, receivedAt);
  return [
    { kind: "agent_seen", timestamp: receivedAt },
    ...statuses.map((item) => readStatus(item, contacts, false, receivedAt)),
    ...written,
    ...(written.length === 0 ? [{ kind: "kept_aside" as const, field }] : []),
  ];
};

const handovers: Reader = (_change, field, receivedAt) => [
  { kind: "agent_seen", timestamp: receivedAt },
  { kind: "kept_aside", field },
];

/**
 * A field of tomorrow is kept for a later version; a customer's message in it may be a stop, and is read now. Its kind is not
 * trusted, so that no START in it lifts a stop.
 */
const fieldOfTomorrow: Reader = (change, field, receivedAt) => [
  { kind: "unknown", field },
  ...customersMessages(change, receivedAt).flatMap((fact): ChannelFact[] =>
    fact?.kind === "inbound" ? [{ ...fact, messageKind: "other" }] : [],
  ),
];

function customersMessages({ value }: WebhookChange, receivedAt: Date): (ChannelFact | undefined)[] {
  const { metadata, messages: listed, standby: listedHere, contacts } = lists.parse(value);
  const ownDigits = metadata?.display_phone_number?.replace(/\D/g, "");
  const written = [...listed, ...listedHere].filter((item) => !isWrittenBy(item, ownDigits));
  return readAll(written, contacts, receivedAt);
}

function readAll(
  listed: readonly unknown[],
  contacts: readonly Contact[],
  receivedAt: Date,
): (ChannelFact | undefined)[] {
  return listed.map((item) => readInbound(item, contacts, listed.length === 1, receivedAt));
}

function isWrittenBy(item: unknown, ownDigits: string | undefined): boolean {
  const from = z.object({ from: text, is_echo: z.boolean().optional().catch(undefined) }).safeParse(item);
  return (
    from.success && (from.data.is_echo === true || (ownDigits !== undefined && from.data.from === ownDigits))
  );
}

const templateUpdate: Reader = ({ value }) => [readTemplateUpdate(value)];
const numberUpdate: Reader = ({ value }, field) => [readNumberUpdate(value, field)];
const accountUpdate: Reader = ({ value }, field) => [readAccountUpdate(value, field)];
const keptAside: Reader = (_change, field) => [{ kind: "kept_aside", field }];

const userPreferences: Reader = ({ value }, _field, receivedAt) => {
  const found = lists.parse(value);
  return found.user_preferences.map((item) =>
    readUserPreference(item, found.contacts, found.user_preferences.length === 1, receivedAt),
  );
};

const userIdUpdates: Reader = ({ value }, _field, receivedAt) =>
  lists.parse(value).user_id_update.map((item) => readUserIdUpdate(item, receivedAt));

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
  if (field === undefined || !ofWhatsApp) return [unknown];
  const read = READERS.get(field) ?? fieldOfTomorrow;
  const facts = read(change, field, receivedAt);
  return facts.length === 0 ? [unknown] : facts.map((fact) => fact ?? unknown);
}
