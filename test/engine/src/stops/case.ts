import type { UserIdMode } from "@webxkey/testing";
import fc from "fast-check";

/** How somebody says that they want no more messages. */
export const STOP_KINDS = [
  "text",
  "caption",
  "edit",
  "button",
  "label",
  "payload",
  "list",
  "flow",
  "reaction",
  "reply",
  "order note",
  "new type",
  "standby",
  "old chat",
  "preferences",
] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** The kinds that quote a message of ours. */
const QUOTING: readonly StopKind[] = ["button", "reaction", "reply"];

const COUNTRIES = ["US", "BR", "MX", "AR", "GB"] as const;
export type Country = (typeof COUNTRIES)[number];

/** A person, what Meta tells of them, and what happens until they are written to once more. */
export interface StopCase {
  /** In GB each number has another one at Meta, by no rule. */
  readonly country: Country;
  /** Which of the ways of writing a number the shop uses for the first and for the second order. */
  readonly written: readonly [number, number];
  readonly mode: Exclude<UserIdMode, "legacy"> | "legacy";
  /** Meta calls them by the parent user id alone. */
  readonly parentOnly: boolean;
  /** What they wrote before their first order. */
  readonly before: "nothing" | "hello" | "stop";
  readonly answer: "plain" | "names user id" | "names nobody" | "lost";
  readonly statuses: "all" | "ids in contacts" | "ids in fields" | "none";
  /** Between the first message and the stop; a number may also change after it. */
  readonly change: "nothing" | "hides number" | "new user id" | "new number" | "new number after";
  readonly stop: StopKind;
}

const random: fc.Arbitrary<StopCase> = fc.record({
  country: fc.constantFrom(...COUNTRIES, "GB"),
  written: fc.tuple(fc.nat(4), fc.nat(4)),
  mode: fc.constantFrom("legacy", "default", "username_without_phone", "username_with_phone"),
  parentOnly: fc.boolean(),
  before: fc.constantFrom("nothing", "nothing", "hello", "stop"),
  answer: fc.oneof(
    { weight: 9, arbitrary: fc.constant("plain" as const) },
    { weight: 5, arbitrary: fc.constant("names user id" as const) },
    { weight: 5, arbitrary: fc.constant("names nobody" as const) },
    // Each makes the engine wait for the network to recover.
    { weight: 1, arbitrary: fc.constant("lost" as const) },
  ),
  statuses: fc.constantFrom("all", "ids in contacts", "ids in fields", "ids in fields", "none"),
  change: fc.constantFrom("nothing", "hides number", "new user id", "new number", "new number after"),
  stop: fc.constantFrom(...STOP_KINDS),
});

/** Somebody whom Meta joins to two contacts by a number, and who then speaks under a user id that one of them has alone. */
const knownTwice: fc.Arbitrary<StopCase> = random.map((one) => ({
  ...one,
  country: "GB",
  mode: "default",
  parentOnly: false,
  before: "hello",
  answer: "plain",
  statuses: "none",
  change: "hides number",
}));

/** Cases in which Meta told enough that the engine can know whose stop it is. */
export const stopCases: fc.Arbitrary<StopCase> = fc
  .oneof({ weight: 19, arbitrary: random }, { weight: 1, arbitrary: knownTwice })
  .filter((one) => isPossible(one) && isKnowable(one));

function isPossible({ mode, parentOnly, answer, statuses, change, stop, before }: StopCase): boolean {
  // Who has no user id yet is called by none, and does not hide a number.
  if (
    mode === "legacy" &&
    (parentOnly || answer === "names user id" || change === "hides number" || change === "new user id")
  )
    return false;
  // A lost answer is settled by statuses alone.
  if (answer === "lost" && statuses === "none") return false;
  // An answer never names the parent id.
  if (parentOnly && answer === "names user id") return false;
  // Who hides the number tells of no new one.
  if (change.startsWith("new number") && mode === "username_without_phone") return false;
  // A stop of marketing is asked for in the settings, and follows nobody to another number.
  if (stop === "preferences" && (change.startsWith("new number") || before === "stop")) return false;
  return before !== "stop" || change === "nothing";
}

/** Whether the message of the first order is never sent, because the stop came before it and from a number that is understood. */
export function isStoppedAtOnce({ before, mode, country }: StopCase): boolean {
  return before === "stop" && mode !== "username_without_phone" && country !== "GB";
}

function isKnowable(one: StopCase): boolean {
  if (isStoppedAtOnce(one)) return true;
  const { mode, before, answer, statuses, change, country, stop } = one;
  const showsNumber = mode !== "username_without_phone";
  const hasStatuses = statuses !== "none";
  const numberKnown = country !== "GB" || answer === "plain" || answer === "names user id" || hasStatuses;
  const toldByMeta = mode !== "legacy" && (hasStatuses || answer === "names user id");
  if (before === "stop") return showsNumber ? numberKnown || toldByMeta : toldByMeta;
  const userIdKnown = toldByMeta || (mode !== "legacy" && before === "hello" && showsNumber && numberKnown);
  if (change === "new number") return numberKnown || userIdKnown;
  const showsNumberLater = showsNumber && change !== "hides number";
  const byNumber = showsNumberLater && numberKnown;
  if (change === "new number after") return byNumber;
  return QUOTING.includes(stop) || byNumber || (mode !== "legacy" && userIdKnown);
}

/** The number of the n-th person of a country, as the numbering plan writes it. */
export function numberOf(country: Country, n: number): string {
  const digits = String(n).padStart(6, "0");
  switch (country) {
    case "US":
      return `+1${201 + (n % 700)}555${digits.slice(2)}`;
    case "BR":
      return `+5511987${digits}`;
    case "MX":
      return `+525512${digits}`;
    case "AR":
      return `+5491123${digits}`;
    case "GB":
      return `+447700${digits}`;
  }
}

/** Under what number WhatsApp knows them, where no rule tells. */
export function seededWaId(country: Country, phone: string): string | undefined {
  return country === "GB" ? phone.replace("+447700", "+447701") : undefined;
}

/** As somebody types the number into a form of a shop in that country. */
export function typed(country: Country, phone: string, way: number): string {
  const national = { US: 2, BR: 3, MX: 3, AR: 4, GB: 3 }[country];
  const spaced = `${phone.slice(0, national)} ${phone.slice(national, -4)}-${phone.slice(-4)}`;
  const byMeta = {
    US: phone,
    BR: phone.replace("+55119", "+5511"),
    MX: phone.replace("+52", "+521"),
    AR: phone.replace("+549", "+54"),
    GB: phone,
  }[country];
  const dialled = {
    US: `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`,
    BR: `(${phone.slice(3, 5)}) ${phone.slice(5, 10)}-${phone.slice(10)}`,
    MX: `${phone.slice(3, 5)} ${phone.slice(5, 9)} ${phone.slice(9)}`,
    AR: `0${phone.slice(4, 6)} 15-${phone.slice(6, 10)}-${phone.slice(10)}`,
    GB: `0${phone.slice(3)}`,
  }[country];
  return [phone, spaced, byMeta, dialled, phone][way] ?? phone;
}
