import { type Json, parseUntrustedJson } from "../kernel/json.ts";
import { type OptReading, readOptWords, STOP_SIGN } from "./opt-out-words.ts";

/**
 * A part of what a person sent. `words`: typed, or the label of what was tapped. `answer`: what the shop had put behind a button or
 * a row, or the answers of a form. `sign`: an emoji put on a message.
 */
export interface Said {
  readonly as: "words" | "answer" | "sign";
  readonly text: string;
}

/** What a shop also writes behind a button that cancels an order or removes an article. */
const OF_ORDERS = new Set(["cancel", "cancelled", "remove", "delete", "end", "quit", "exit", "revoke"]);
const ANSWERS_MAX = 200;
/** An answer is an id or a choice; what comes after this cannot make a long story one. */
const ANSWER_CHARS_MAX = 2_000;
/** Names that shops give a button which ends messages, beside other words. A person looks at it: it may also undo a stop. */
const NAMES_LEAVING = /\bunsub\p{L}*|\bopt ?outs?\b/iu;
const NAMES_STOP = /\bstop\b/iu;
const NAMES_MESSAGES =
  /\b(?:updates?|messages?|msgs?|texts?|notifications?|alerts?|promos?|promotions?|offers?|marketing)\b/iu;
const ENDS_IN_STOP = /\bstop$/iu;

/**
 * Reads everything that a person sent. An opt-out counts wherever it stands; an opt-in must be typed or tapped, and nothing
 * beside it may say otherwise.
 */
export function readSaid(said: readonly Said[]): OptReading {
  return strongest(said.map(readPart));
}

function strongest(readings: readonly OptReading[]): OptReading {
  return (["opt_out", "unsure", "opt_in"] as const).find((reading) => readings.includes(reading)) ?? "none";
}

function readPart({ as, text }: Said): OptReading {
  switch (as) {
    case "words":
      return readOptWords(text);
    case "sign":
      return STOP_SIGN.test(text) ? "opt_out" : "none";
    case "answer":
      return strongest(answersOf(text).map(readAnswer));
  }
}

/** The values of a form's JSON, and the names of what was ticked; anything else is one answer. */
function answersOf(text: string): string[] {
  const json = parseUntrustedJson(text);
  return typeof json === "object" && json !== null ? leavesOf(json).slice(0, ANSWERS_MAX) : [text];
}

function leavesOf(value: Json, name = ""): string[] {
  if (typeof value === "string") return isYes(value) ? [name] : [value];
  if (value === true || value === 1) return [name];
  if (typeof value !== "object" || value === null) return [];
  const parts: [string, Json][] = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => [name, item])
    : Object.entries(value);
  return parts.flatMap(([key, item]) => leavesOf(item, key));
}

function isYes(value: string): boolean {
  return ["true", "yes", "on", "1"].includes(value.trim().toLowerCase());
}

/** Ids are written as `OPT_OUT:42`, `0_Stop`, `stopUpdates`, `STOP:7f3a9c` or `MARKETING_OPT_OUT`. */
function readAnswer(answer: string): OptReading {
  const words = answer
    .slice(0, ANSWER_CHARS_MAX)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[\s_:|#/.=&-]+/u)
    .flatMap(withoutNumbers)
    .join(" ");
  if (OF_ORDERS.has(words.toLowerCase())) return "none";
  if (readOptWords(words) === "opt_out") return "opt_out";
  return endsMessages(words) || (!/\s/u.test(answer) && ENDS_IN_STOP.test(words)) ? "unsure" : "none";
}

/** Two looks, one after the other: a pattern of both would begin again at each "stop" of a long text. */
function endsMessages(words: string): boolean {
  const at = words.search(NAMES_STOP);
  return NAMES_LEAVING.test(words) || (at !== -1 && NAMES_MESSAGES.test(words.slice(at)));
}

/** A part with a number in it is an id, unless the number only stands beside the word. */
function withoutNumbers(part: string): string[] {
  if (!/\p{N}/u.test(part)) return [part];
  const letters = part.replace(/\p{N}+/gu, "");
  return readOptWords(letters) === "opt_out" ? [letters] : [];
}
