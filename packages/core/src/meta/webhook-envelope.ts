import { type Json, parseUntrustedJson } from "../kernel/json.ts";
import { storableText } from "../kernel/storable-text.ts";

/** One change of a webhook body, with what surrounds it. Only `value` is told apart by `field`; nothing here is checked. */
export interface WebhookChange {
  /** `whatsapp_business_account`, `page`, `instagram`, or what else Meta wrote. */
  readonly object: string | undefined;
  /** `entry.id`: for WhatsApp the id of the WABA. */
  readonly wabaId: string | undefined;
  /** `entry.time`: seconds for WhatsApp, milliseconds for pages and Instagram; absent in many WhatsApp fields. */
  readonly entryTime: number | undefined;
  readonly field: string | undefined;
  /** `value.metadata.phone_number_id`: which of our numbers it is about. */
  readonly phoneNumberId: string | undefined;
  readonly value: Json;
}

/** A number too long for a double stands after a colon, a comma or a bracket; a hit inside a text only costs time. */
const MAY_HOLD_LONG_INTEGER = /[:,[]\s*-?\d{16}/;

/**
 * Parses a webhook body from its text. Meta sends template ids as numbers, and a double holds integers only up to 2^53:
 * longer ones become strings of exactly the digits that were sent. Undefined where the text is not acceptable JSON.
 */
export function parseWebhookBody(text: string): Json | undefined {
  const body = parseUntrustedJson(text);
  if (body === undefined || !MAY_HOLD_LONG_INTEGER.test(text)) return body;
  return JSON.parse(text, exactInteger) as Json;
}

/** A reviver; `source` is the literal as written (ECMAScript's JSON.parse source text access, in V8 since 11.4). */
function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const inexact = typeof value === "number" && !Number.isSafeInteger(value);
  return inexact && /^-?\d+$/.test(context?.source ?? "") ? context?.source : value;
}

/**
 * Splits a parsed webhook body into its changes: a POST may hold many entries of many accounts. Never throws and never
 * drops: what does not look like a change comes out as one without a field, to be kept as unknown.
 *
 * `object` and `field` are searched one level around their place, because two of Meta's own samples misplace them.
 */
export function splitWebhook(body: Json): WebhookChange[] {
  const entries = listOf(body, "entry");
  if (entries === undefined) return [changeOf(body, undefined, body)];
  return entries.flatMap((entry) => {
    const changes = listOf(entry, "changes");
    return changes === undefined
      ? [changeOf(body, entry, entry)]
      : changes.map((change) => changeOf(body, entry, change));
  });
}

function changeOf(body: Json, entry: Json | undefined, change: Json): WebhookChange {
  const value = member(change, "value") ?? change;
  return {
    object: text(member(body, "object") ?? member(entry, "object") ?? member(change, "object")),
    wabaId: text(member(entry, "id")),
    entryTime: integer(member(entry, "time")),
    field: text(member(change, "field") ?? member(value, "field") ?? member(entry, "field")),
    phoneNumberId: text(member(member(value, "metadata"), "phone_number_id")),
    value,
  };
}

function member(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, Json>>)[key] : undefined;
}

function listOf(value: Json, key: string): readonly Json[] | undefined {
  const list = member(value, key);
  return Array.isArray(list) ? (list as readonly Json[]) : undefined;
}

/**
 * Ids are texts in most places and numbers in some. They are looked for in the database, and one that no database can hold
 * is nobody's: it comes out as the nearest that can be asked for.
 */
function text(value: Json | undefined): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? storableText(value) : undefined;
}

function integer(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}
