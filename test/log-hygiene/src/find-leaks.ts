import { canaries } from "./canaries.ts";

export type LeakKind = "phone number" | "message id (wamid)" | "token" | "secret" | "canary";

export type Leak = {
  /** 1 for the first line. */
  line: number;
  kind: LeakKind;
  /** What was found, with all but its first characters hidden, so that the report can be logged. */
  masked: string;
};

const MASKED_PREFIX_CHARS = 3;

/** A plus as text, in an address (`%2B`) and in escaped JSON. */
const PLUS = String.raw`(?:\+|%2[bB]|\\u002[bB])`;
/** The character before a number that makes it part of something else: an id, a fraction, a longer number. */
const INSIDE_A_WORD = `(?<![0-9A-Za-z.])`;

const PATTERNS: ReadonlyArray<{ kind: LeakKind; pattern: RegExp }> = [
  // E.164 allows 15 digits; the shortest numbers in use have 8 with their country code.
  { kind: "phone number", pattern: new RegExp(`(?<![0-9A-Za-z.+-])${PLUS}[0-9]{8,15}(?![0-9])`, "g") },
  {
    kind: "phone number",
    pattern:
      /(?<![0-9A-Za-z.+-])\+[0-9]{1,3}[ .-]?(?:\([0-9]{2,4}\)|[0-9]{2,4})[ .-][0-9]{3,4}[ .-]?[0-9]{3,4}(?![0-9])/g,
  },
  // Meta writes numbers without the plus. All of ours are in the ranges kept for fiction, +1 xxx 555 xxxx and
  // +1 555 xxx xxxx, which tells them from other long numbers.
  {
    kind: "phone number",
    pattern: new RegExp(
      `(?:${PLUS}|${INSIDE_A_WORD})1(?:[2-9][0-9]{2}555[0-9]{4}|555[0-9]{7})(?![0-9])`,
      "g",
    ),
  },
  { kind: "message id (wamid)", pattern: /wamid\.[A-Za-z0-9+/=_-]{8,}/g },
  { kind: "token", pattern: /(?<![A-Za-z0-9+/_-])EAA[A-Za-z0-9]{16,}/g },
  // API keys and the secrets that sign events.
  { kind: "token", pattern: /\b(?:wx[ik]|whsec)_[A-Za-z0-9+/_-]{20,}/g },
  { kind: "token", pattern: /SIM_TOKEN[A-Za-z0-9_-]*/g },
  { kind: "token", pattern: /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi },
  { kind: "token", pattern: named("access_?token|verify_?token|refresh_?token") },
  {
    kind: "secret",
    pattern: named("app_?secret|appsecret_proof|client_?secret|root_?key|api_?key|password"),
  },
  // The password in a connection string.
  { kind: "secret", pattern: /:\/\/[^\s:/@"']+:[^\s@/"']{6,}@/g },
  ...Object.values(canaries).map((value) => ({ kind: "canary" as const, pattern: literal(value) })),
];

/**
 * Searches a log for what must never be in one: phone numbers, wamids, tokens, secrets, and the planted names and
 * texts of `canaries`. `knownText` are phrases that may be there whatever they hold, such as the names of tests,
 * which a test runner prints and which are code.
 */
export function findLeaks(log: string, knownText: readonly string[] = []): Leak[] {
  // Longest first: the name of a suite may be the beginning of the name of a test.
  const known = knownText.filter(isPhrase).sort((a, b) => b.length - a.length);
  return log.split("\n").flatMap((text, index) => leaksInLine(withoutKnown(text, known), index + 1));
}

function leaksInLine(text: string, line: number): Leak[] {
  return PATTERNS.flatMap(({ kind, pattern }) =>
    Array.from(text.matchAll(pattern), ([found]) => ({ line, kind, masked: mask(found) })),
  );
}

/** A bare number or name is no phrase: as the title of a test it would excuse the same value in every log. */
function isPhrase(text: string): boolean {
  return /\p{L}{3,}/u.test(text) && text.includes(" ");
}

function withoutKnown(text: string, known: readonly string[]): string {
  return known.reduce((rest, part) => rest.replaceAll(part, ""), text);
}

function mask(found: string): string {
  return `${found.slice(0, MASKED_PREFIX_CHARS)}… (${found.length} characters)`;
}

/** A value of some length given to one of these names, in JSON, an address, an environment or a log line. */
function named(names: string): RegExp {
  return new RegExp(String.raw`(?:${names})\\?["']?\s*[:=]\s*\\?["']?[A-Za-z0-9+/=._~|-]{12,}`, "gi");
}

function literal(value: string): RegExp {
  return new RegExp(value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
}
