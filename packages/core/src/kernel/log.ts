import pino, { type DestinationStream, type Level } from "pino";
import { isWebxkeyError } from "./errors.ts";

/** What may stand in a log line beside the event's name. Anything else is dropped: a list of what is allowed cannot leak. */
export interface LogFields {
  readonly workspace_id?: string;
  readonly message_id?: string;
  readonly attempt_id?: string;
  readonly event_type?: string;
  readonly rule_id?: string;
  readonly sender_id?: string;
  readonly entity_type?: string;
  readonly reason?: string;
  readonly state?: string;
  readonly outcome?: string;
  readonly job?: string;
  readonly route?: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly count?: number;
  readonly duration_ms?: number;
  readonly error?: unknown;
}

/** The logger port. `event` is a constant of the code ("message.accepted"), never a text made of data. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const ALLOWED = new Set<keyof LogFields>([
  "workspace_id",
  "message_id",
  "attempt_id",
  "event_type",
  "rule_id",
  "sender_id",
  "entity_type",
  "reason",
  "state",
  "outcome",
  "job",
  "route",
  "code",
  "status",
  "count",
  "duration_ms",
]);

const FIELD_CHARS_MAX = 120;
/** Eight digits and more may be a phone number. */
const LONG_NUMBER = 10_000_000;
/** Causes of causes that are logged; an error may be its own. */
const CAUSES_MAX = 4;
const FRAMES_MAX = 8;
/** What a class or a code is named, as against a text that somebody put in its place. */
const WORD = /^[\w$.:-]{1,60}$/;
/** A line of a stack and not of a message that looks like one: one name at the most, and a place in a file. */
const FRAME = /^\s+at (?:async |new )?(?:[\w$.<>#]+ )?\(?(?:file:\/\/|node:|\/)[^\s()]*:\d+:\d+\)?$/;

export interface LogOptions {
  readonly level: Level | "silent";
  /** Where lines go; standard output unless told. */
  readonly destination?: DestinationStream;
}

/** pino with an allow-list of fields in front and a scrub of each finished line behind. */
export function createLog({ level, destination = pino.destination(1) }: LogOptions): Log {
  const scrubbed: DestinationStream = { write: (line) => destination.write(scrub(line)) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, scrubbed);
  const write =
    (at: "debug" | "info" | "warn" | "error") =>
    (event: string, fields: LogFields = {}) => {
      logger[at](allowedFields(fields), event);
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function allowedFields({ error, ...fields }: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!ALLOWED.has(name as keyof LogFields)) continue;
    // As a text, so that scrubbing a number that looks like a phone leaves the line valid JSON.
    if (typeof value === "number") kept[name] = Math.abs(value) < LONG_NUMBER ? value : String(value);
    else if (typeof value === "string") kept[name] = value.slice(0, FIELD_CHARS_MAX);
  }
  return error === undefined ? kept : { ...kept, ...errorFields(error, CAUSES_MAX) };
}

/** Only our own messages are known to be clean; of a foreign error its kind, code and places are enough. */
function errorFields(error: unknown, causesMax: number): Record<string, string> {
  if (!(error instanceof Error)) return { error_kind: typeof error };
  const fields: Record<string, string> = { error_kind: WORD.test(error.name) ? error.name : "Error" };
  if (isWebxkeyError(error)) {
    fields["error_code"] = error.code;
    fields["error_detail"] = error.message;
  } else if ("code" in error && typeof error.code === "string" && WORD.test(error.code)) {
    fields["error_code"] = error.code;
  }
  const frames = error.stack?.split("\n").filter((line) => FRAME.test(line));
  if (frames?.length) fields["error_frames"] = frames.slice(0, FRAMES_MAX).join("\n");
  if (error.cause !== undefined && causesMax > 0) {
    const cause = errorFields(error.cause, causesMax - 1);
    for (const [name, value] of Object.entries(cause)) fields[`cause_${name}`] = value;
  }
  return fields;
}

const LEAKS: readonly (readonly [RegExp, string])[] = [
  [/wamid\.[\w+/=-]+/g, "[wamid]"],
  [/\bEAA[A-Za-z0-9]{8,}/g, "[token]"],
  [/\b(?:SIM_TOKEN|whsec|wx[ik])_[\w+/=-]+/g, "[token]"],
  [/\bBearer\s+[^\s"\\]+/gi, "Bearer [token]"],
  [/\bsha256=[0-9a-f]+/gi, "[signature]"],
  // Meta's app secrets, root keys, and the login of a connection string.
  [/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi, "[secret]"],
  [/(?<![\w+/])[\w+/]{43}=/g, "[secret]"],
  [/:\/\/[^\s:/@"\\]+:[^\s/@"\\]+@/g, "://[login]@"],
  [/(?:\+|%2b|\\u002b)\d[\d ().-]{6,18}\d/gi, "[phone]"],
  // Digits alone, but not a piece of a uuid, a hash, a decimal or a longer number.
  [/(?<![\w.+-])\d{8,15}(?![\w-]|\.\d)/g, "[digits]"],
];

/** The last wall: replaces what looks like a phone number, a token, a signature or a WhatsApp message id. */
export function scrub(line: string): string {
  return LEAKS.reduce((text, [pattern, shown]) => text.replace(pattern, shown), line);
}
