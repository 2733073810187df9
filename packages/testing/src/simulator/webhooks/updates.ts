import type { PhoneNumber, Waba } from "../world.ts";
import {
  type InboundMessage,
  messagesChange,
  type WebhookBody,
  type WebhookChange,
  type WebhookContact,
  type WebhookStatus,
} from "./bodies.ts";

/** One thing to tell the subscribers of a WABA. */
export type WebhookUpdate =
  | { kind: "status"; number: PhoneNumber; status: WebhookStatus; contact: WebhookContact | undefined }
  | {
      kind: "message";
      field: "messages" | "standby";
      number: PhoneNumber;
      message: InboundMessage;
      contact: WebhookContact | undefined;
    }
  | { kind: "field"; field: string; value: Record<string, unknown>; number?: PhoneNumber; hasTime: boolean };

export interface AddressedUpdate {
  waba: Waba;
  update: WebhookUpdate;
}

/** One entry a WABA; within it one change for each number and kind of update. */
export function batchBody(updates: AddressedUpdate[], nowMs: number): WebhookBody {
  const entries = new Map<string, { id: string; time?: number; changes: Map<string, WebhookChange> }>();
  for (const [index, { waba, update }] of updates.entries()) {
    const hasTime = update.kind === "field" && update.hasTime;
    const entryKey = `${waba.id} ${hasTime}`;
    const entry = entries.get(entryKey) ?? {
      id: waba.id,
      ...(hasTime ? { time: Math.floor(nowMs / 1000) } : {}),
      changes: new Map(),
    };
    entries.set(entryKey, entry);
    const changeKey =
      update.kind === "field" ? `field ${index}` : `${fieldOf(update)} ${update.kind} ${update.number.id}`;
    const change = entry.changes.get(changeKey) ?? emptyChange(update);
    entry.changes.set(changeKey, change);
    addTo(change.value, update);
  }
  const entry = [...entries.values()].map(({ changes, ...rest }) => ({
    ...rest,
    changes: [...changes.values()],
  }));
  return { object: "whatsapp_business_account", entry };
}

function emptyChange(update: WebhookUpdate): WebhookChange {
  if (update.kind !== "field") return messagesChange(update.number, {}, fieldOf(update));
  return update.number
    ? messagesChange(update.number, update.value, update.field)
    : { value: update.value, field: update.field };
}

function fieldOf(update: WebhookUpdate): string {
  return update.kind === "status" ? "messages" : update.field;
}

function addTo(value: Record<string, unknown>, update: WebhookUpdate): void {
  if (update.kind === "field") return;
  if (update.contact) addContact(value, update.contact);
  if (update.kind === "status") listIn(value, "statuses").push(update.status);
  else listIn(value, "messages").push(update.message);
}

function addContact(value: Record<string, unknown>, contact: WebhookContact): void {
  const contacts = listIn<WebhookContact>(value, "contacts");
  const isThere = contacts.some((one) => one.wa_id === contact.wa_id && one.user_id === contact.user_id);
  if (!isThere) contacts.push(contact);
}

function listIn<T = object>(value: Record<string, unknown>, key: string): T[] {
  value[key] ??= [];
  return value[key] as T[];
}

/** How many updates of each kind, for the delivery log. */
export function countHeld(updates: AddressedUpdate[]): Record<string, number> {
  const holds: Record<string, number> = {};
  for (const { update } of updates) {
    const name =
      update.kind === "field" ? update.field : update.kind === "status" ? update.status.status : "messages";
    holds[name] = (holds[name] ?? 0) + 1;
  }
  return holds;
}

/** The number of the first change, for faults that are limited to one number. */
export function phoneNumberIdOf(body: object): string | undefined {
  const value = (body as Partial<WebhookBody>).entry?.[0]?.changes?.[0]?.value;
  const metadata = value?.["metadata"] as { phone_number_id?: string } | undefined;
  return metadata?.phone_number_id;
}
