import { z } from "zod";
import type { FieldProblem } from "../kernel/errors.ts";
import { fieldProblems, pointerTo } from "./field-problems.ts";
import { time } from "./shapes.ts";
import {
  dataSchemaOf,
  EVENT_TYPES,
  type EventData,
  type EventType,
  isEventType,
  VOCABULARY,
} from "./vocabulary.ts";

/** One event of the vocabulary in a CloudEvents 1.0 envelope (https://github.com/cloudevents/spec, JSON format). */
export interface EventOf<T extends EventType> {
  readonly specversion: "1.0";
  /** Unique within `source` and the same at each repetition: with `source` it is what makes publishing safe to repeat. */
  readonly id: string;
  /** Which installation of which platform, as a URI reference: `/medusa/main-store`. */
  readonly source: string;
  readonly type: T;
  /** When it happened on the platform, RFC 3339; never when it was translated. */
  readonly time: string;
  readonly datacontenttype?: string | undefined;
  readonly dataschema?: string | undefined;
  /** The platform's wish that this is not told: such an event is recorded, never sent. */
  readonly donotnotify?: boolean | undefined;
  /**
   * A later act of the same order made it untrue by the time it was read, as a cancellation does: such an event is recorded, never
   * sent.
   */
  readonly overtaken?: boolean | undefined;
  /** Whether the platform told it or a sweep found it later. Absent means told. */
  readonly origin?: "push" | "sweep" | undefined;
  readonly data: EventData<T>;
}

export type PlatformEvent = { [T in EventType]: EventOf<T> }[EventType];

export type ParsedEvent =
  | { readonly ok: true; readonly event: PlatformEvent }
  | {
      readonly ok: false;
      readonly code: "invalid_event" | "unknown_event_type";
      readonly fields: readonly FieldProblem[];
    };

/** What an event is about: the thing whose timeline its messages are shown on. `label` is the order's code. */
export interface EntityRef {
  readonly type: "order" | "account";
  readonly ref: string;
  readonly label?: string;
}

const EVENT_ID_CHARS_MAX = 256;
const EVENT_SOURCE_CHARS_MAX = 512;
const ATTRIBUTE_CHARS_MAX = 2_048;

/** The characters of a URI reference (RFC 3986 section 2), with every percent sign opening a pair of hex digits. */
const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-fA-F]{2})+$/;

/** Which system something comes from. */
export const sourceSchema = z
  .string({ error: "Say which system the event comes from, as a URI reference such as /shop/main." })
  .regex(
    URI_REFERENCE,
    "Write a URI reference such as /shop/main or https://shop.example.com, without spaces.",
  )
  .max(EVENT_SOURCE_CHARS_MAX, `Use at most ${EVENT_SOURCE_CHARS_MAX} characters.`);

const attributes = z.strictObject({
  specversion: z.literal("1.0", { error: 'Send CloudEvents version "1.0".' }),
  id: z
    .string({ error: "Give the event an id that stays the same when you send it again." })
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "Give an id of at least one character, without control characters.")
    .max(EVENT_ID_CHARS_MAX, `Use at most ${EVENT_ID_CHARS_MAX} characters.`),
  source: sourceSchema,
  type: z
    .string({ error: "Give the event's type, such as order.placed." })
    .min(1, "Give the event's type, such as order.placed."),
  time,
  subject: z
    .string({ error: "Write the subject as text, or leave it out." })
    .min(1)
    .max(ATTRIBUTE_CHARS_MAX)
    .optional(),
  datacontenttype: z
    .string({ error: "Use application/json, or leave the field out." })
    .regex(/^application\/json(?:;|$)/i, "Use application/json, or leave the field out.")
    .optional(),
  dataschema: z.string({ error: "Give the schema's URI, or leave the field out." }).optional(),
  donotnotify: z.boolean({ error: "Use true or false, or leave the field out." }).optional(),
  overtaken: z.boolean({ error: "Use true or false, or leave the field out." }).optional(),
  origin: z.enum(["push", "sweep"], { error: 'Use "push" or "sweep", or leave the field out.' }).optional(),
});

const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;
const WHOLE_BODY = "";

/**
 * Reads a CloudEvents 1.0 event of the vocabulary from anything.
 *
 * Times come back in UTC, texts that people will see without control and direction characters. Extension attributes that
 * are not ours, and `subject`, are checked and dropped. Reading an event that was read before changes nothing.
 */
export function parseEvent(value: unknown): ParsedEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return invalid([{ pointer: WHOLE_BODY, detail: "Send one CloudEvents 1.0 event as a JSON object." }]);
  }
  const { data, known, problems } = takeApart(value);
  const envelope = attributes.safeParse(known);
  if (!envelope.success) problems.push(...fieldProblems(envelope.error));

  const { type } = known;
  if (!isEventType(type)) {
    return problems.length > 0 ? invalid(problems) : unknownType();
  }
  const body = readData(type, data, known.dataschema);
  problems.push(...body.problems);
  if (!envelope.success || problems.length > 0) return invalid(problems);

  const { subject: _dropped, ...context } = envelope.data;
  return {
    ok: true,
    event: { ...context, dataschema: dataSchemaOf(type), type, data: body.data } as PlatformEvent,
  };
}

/** Whether a text can be the `source` of events. */
export function isEventSource(text: string): boolean {
  return text.length <= EVENT_SOURCE_CHARS_MAX && URI_REFERENCE.test(text);
}

/** The order or account that an event is about. */
export function entityOf(event: PlatformEvent): EntityRef {
  return "order" in event.data
    ? { type: "order", ref: event.data.order.ref, label: event.data.order.code }
    : { type: "account", ref: event.data.account.ref };
}

/** A whole event of a type with made-up data: what a rule's preview and a test start from. */
export function sampleEvent<T extends EventType>(type: T): EventOf<T> {
  return {
    specversion: "1.0",
    id: `sample-${type}`,
    source: "/samples",
    type,
    time: "2026-03-14T09:26:53.000Z",
    dataschema: dataSchemaOf(type),
    data: VOCABULARY[type].sample as EventData<T>,
  };
}

/** Separates what we read from extension attributes, which are only checked. A null attribute is an absent one (JSON format, section 2.2). */
function takeApart(value: object) {
  const known: { type?: unknown; dataschema?: unknown; [name: string]: unknown } = {};
  const problems: FieldProblem[] = [];
  let data: unknown;
  for (const [name, attribute] of Object.entries(value)) {
    if (attribute === null || attribute === undefined) continue;
    if (name === "data") data = attribute;
    else if (name === "data_base64") {
      problems.push({ pointer: "/data_base64", detail: "Send the data as JSON in `data`." });
    } else if (Object.hasOwn(attributes.shape, name)) known[name] = attribute;
    else problems.push(...extensionProblems(name, attribute));
  }
  return { data, known, problems };
}

function extensionProblems(name: string, value: unknown): FieldProblem[] {
  const pointer = pointerTo([name]);
  if (!EXTENSION_NAME.test(name)) {
    const detail = "Name an extension attribute with 1 to 20 lower-case letters and digits, or remove it.";
    return [{ pointer, detail }];
  }
  if (typeof value === "boolean" || Number.isInteger(value)) return [];
  if (typeof value === "string" && value.length <= ATTRIBUTE_CHARS_MAX) return [];
  const detail = `Give a text of at most ${ATTRIBUTE_CHARS_MAX} characters, a whole number, true or false, or remove it.`;
  return [{ pointer, detail }];
}

function readData(
  type: EventType,
  data: unknown,
  schema: unknown,
): { data?: unknown; problems: FieldProblem[] } {
  const expected = dataSchemaOf(type);
  if (schema !== undefined && schema !== expected) {
    return { problems: [{ pointer: "/dataschema", detail: `Send ${expected}, or leave the field out.` }] };
  }
  const read = VOCABULARY[type].data.safeParse(data);
  return read.success ? { data: read.data, problems: [] } : { problems: fieldProblems(read.error, ["data"]) };
}

function invalid(fields: readonly FieldProblem[]): ParsedEvent {
  return { ok: false, code: "invalid_event", fields };
}

function unknownType(): ParsedEvent {
  const detail = `Use one of the known types: ${EVENT_TYPES.join(", ")}.`;
  return { ok: false, code: "unknown_event_type", fields: [{ pointer: "/type", detail }] };
}
