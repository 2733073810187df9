import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { demoAccount, encodeWebhook, type StatusName, signWebhook, statusBatch } from "@webxkey/testing";
import * as fc from "fast-check";
import { acceptedMessages } from "./accepted-messages.ts";
import type { Store } from "./stores.ts";
import { fingerprintOf } from "./tables.ts";
import { countOf, untilCount } from "./webhooks.ts";

/** Where webhooks are posted, and the database that shows what became of them. */
export interface WebhookTarget {
  readonly store: Pick<Store, "query">;
  /** Posts exactly these bytes with this header, which may be empty, and answers the status. */
  post(bytes: Uint8Array, signature: string): Promise<number>;
}

/** What every run of random webhooks takes: how many, and the seed that makes the same ones again. */
export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
}

const SECRET = demoAccount.app.secret;
const FIXTURES = fileURLToPath(new URL("../../fixtures/meta/", import.meta.url));
const AT_ONCE = 20;
const STATUSES_PER_BODY_MAX = 500;
const APPLIED_MS_MAX = 60_000;
const MADE_AT_ONCE = 20;

const bodies: readonly string[] = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(".json") && name !== "names.json")
  .sort()
  .map((name) => readFileSync(`${FIXTURES}${name}`, "utf8"));

/** Headers that are no signature of these bytes, whatever they look like. */
const forgery = fc.oneof(
  fc.constant((_bytes: Buffer): string | undefined => undefined),
  fc.nat(63).map((at) => (bytes: Buffer) => {
    const good = signWebhook(SECRET, bytes);
    const digit = good[7 + at] === "0" ? "1" : "0";
    return good.slice(0, 7 + at) + digit + good.slice(8 + at);
  }),
  fc.nat(70).map((length) => (bytes: Buffer) => signWebhook(SECRET, bytes).slice(0, length)),
  fc.constantFrom("base64", "base64url").map((encoding) => (bytes: Buffer) => {
    return `sha256=${createHmac("sha256", SECRET).update(bytes).digest(encoding)}`;
  }),
  // One without any letter would still be the signature.
  fc.constant((bytes: Buffer) => signWebhook(SECRET, bytes).toUpperCase()),
  fc.constantFrom(", ", ",", " ", ";", "").map((between) => (bytes: Buffer) => {
    const good = signWebhook(SECRET, bytes);
    return `${good}${between}${good}`;
  }),
  fc.string().map((secret) => (bytes: Buffer) => signWebhook(`${secret}!`, bytes)),
  fc.stringMatching(/^[ -~]{0,80}$/).map((header) => () => header),
);

/**
 * Posts bodies whose signature is wrong, missing, short, in upper case, double or in base64 (goal R12). None may be answered
 * anything but 401, and none may be stored.
 */
export async function forgeWebhooks({ post, store }: WebhookTarget, { runs, seed }: FuzzOptions) {
  const before = await countOf(store, "webxkey.inbox");
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies), forgery, async (body, forge) => {
      const bytes = Buffer.from(body);
      const status = await post(bytes, forge(bytes) ?? "");
      if (status !== 401) accepted += 1;
      return status === 401;
    }),
    { numRuns: runs, seed },
  );
  return { forged: runs, accepted, stored: (await countOf(store, "webxkey.inbox")) - before };
}

const CHANGED_BY_WEBHOOKS = [
  "inbox",
  "quarantine",
  "inbound_messages",
  "contacts",
  "consents",
  "audit_entries",
  "messages",
];

/** Posts true bodies, and all of them again (goal R12): the second time no table may change. Answers those that did. */
export async function replayWebhooks({ post, store }: WebhookTarget, webhooks: readonly Buffer[]) {
  const statuses = new Set<number>();
  const postAll = async () => {
    for (const bytes of webhooks) statuses.add(await post(bytes, signWebhook(SECRET, bytes)));
    await untilAllApplied(store);
    return await fingerprintOf(store, CHANGED_BY_WEBHOOKS);
  };
  const first = await postAll();
  const second = await postAll();
  const changed = CHANGED_BY_WEBHOOKS.filter((table) => first[table] !== second[table]);
  return { statuses, changed };
}

/** Longer than a test waits: a long run hands over thousands at a time. */
function untilAllApplied(store: WebhookTarget["store"]): Promise<void> {
  return untilCount(store, 0, "webxkey.inbox where state = 'stored'", APPLIED_MS_MAX);
}

/** One change of a body: of the value at a place in its tree, or of its bytes. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), at: fc.nat(200), json: fc.json({ maxDepth: 3 }) }),
  fc.record({ kind: fc.constant("drop" as const), at: fc.nat(200) }),
  fc.record({ kind: fc.constant("double" as const), at: fc.nat(200) }),
  fc.record({
    kind: fc.constant("key" as const),
    at: fc.nat(200),
    name: fc.constantFrom(
      "__proto__",
      "constructor",
      "prototype",
      "toString",
      "",
      "statuses",
      "messages",
      "field",
    ),
  }),
  fc.record({
    kind: fc.constant("text" as const),
    at: fc.nat(200),
    text: fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("\u0000", "\ud800", "x".repeat(70_000), "-1", "1e309", "9".repeat(400), "STOP"),
    ),
  }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(3_000) }),
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(3_000), bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(3_000),
    text: fc.constantFrom('"a":1,"a":2,', "[".repeat(40), "\\u0000", "{", "null,", '"__proto__":{},'),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

const mutated = fc
  .record({ body: fc.constantFrom(...bodies), changes: fc.array(change, { minLength: 1, maxLength: 4 }) })
  .map(({ body, changes }) => changes.reduce(changed, Buffer.from(body)));

function changed(bytes: Buffer, by: Change): Buffer {
  switch (by.kind) {
    case "cut":
      return bytes.subarray(0, by.at % (bytes.length + 1));
    case "flip": {
      const copy = Buffer.from(bytes);
      const at = by.at % Math.max(1, copy.length);
      if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << by.bit);
      return copy;
    }
    case "insert": {
      const at = by.at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(by.text), bytes.subarray(at)]);
    }
    default:
      return inTree(bytes, by);
  }
}

type Place = { holder: Record<string, unknown> | unknown[]; key: string };

/** Bytes that an earlier change left without a tree stay as they are. */
function inTree(bytes: Buffer, by: Exclude<Change, { kind: "cut" | "flip" | "insert" }>): Buffer {
  let root: unknown;
  try {
    root = JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
  const places = placesIn(root);
  const place = places[by.at % Math.max(1, places.length)];
  if (!place) return bytes;
  const holder = place.holder as Record<string, unknown>;
  const value = holder[place.key];
  if (by.kind === "drop") delete holder[place.key];
  else if (by.kind === "value") holder[place.key] = JSON.parse(by.json);
  else if (by.kind === "text") holder[place.key] = by.text;
  else if (by.kind === "double") holder[place.key] = [value, value];
  else
    Object.defineProperty(holder, by.name, { value, enumerable: true, configurable: true, writable: true });
  return Buffer.from(JSON.stringify(root));
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Place["holder"];
  return Object.entries(value).flatMap(([key, item]) => [{ holder, key }, ...placesIn(item)]);
}

export interface MutationOptions extends FuzzOptions {
  /** Posts so many a second and no more; without it, as many as are answered. */
  readonly perSecond?: number;
}

export interface MutationResult {
  readonly posted: number;
  /** Bodies that were answered anything but 200, as base64, so that one can be posted again. */
  readonly notAnswered200: readonly string[];
  readonly applied: number;
  /** Bodies that could not be applied at the first try: they would be tried again for minutes. */
  readonly failed: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

/**
 * Posts Meta's webhooks in broken forms, each correctly signed (goal R13), and waits until each is applied or kept aside. A
 * worker must run.
 */
export async function mutateWebhooks(
  { post, store }: WebhookTarget,
  options: MutationOptions,
): Promise<MutationResult> {
  const appliedBefore = await countOf(store, "webxkey.inbox where state = 'applied'");
  const notAnswered200: string[] = [];
  const took: number[] = [];
  const next = brokenBodies(options);
  const begunAt = performance.now();
  const lane = async () => {
    for await (const bytes of next) {
      const startedAt = performance.now();
      const status = await post(bytes, signWebhook(SECRET, bytes)).catch(() => 0);
      took.push(performance.now() - startedAt);
      if (status !== 200) notAnswered200.push(bytes.toString("base64"));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const seconds = (performance.now() - begunAt) / 1_000;
  // What failed waits for its next try, and is counted instead of waited for.
  await untilCount(store, 0, "webxkey.inbox where state = 'stored' and failures = 0", APPLIED_MS_MAX);
  return {
    posted: took.length,
    notAnswered200,
    applied: (await countOf(store, "webxkey.inbox where state = 'applied'")) - appliedBefore,
    failed: await countOf(store, "webxkey.inbox where failures > 0"),
    p99Ms: percentile(took, 0.99),
    perSecond: took.length / seconds,
  };
}

/** Made a few at a time, so that who waits for an answer meanwhile is not kept from reading it. */
async function* brokenBodies({ runs, seed, perSecond }: MutationOptions): AsyncGenerator<Buffer> {
  const begunAt = performance.now();
  for (let made = 0; made < runs; made += MADE_AT_ONCE) {
    const numRuns = Math.min(MADE_AT_ONCE, runs - made);
    for (const [index, bytes] of fc.sample(mutated, { numRuns, seed: seed + made }).entries()) {
      const earlyMs = perSecond ? begunAt + ((made + index) * 1_000) / perSecond - performance.now() : 0;
      if (earlyMs > 0) await delay(earlyMs);
      yield bytes;
    }
  }
}

const RANK: readonly StatusName[] = ["sent", "failed", "delivered", "read"];

/**
 * Tells of messages in random orders and repetitions of sent, delivered, read and failed (goal R11), and counts those whose
 * state is not that of the highest: `failed` only where neither delivered nor read was said.
 */
export async function shuffleStatuses({ post, store }: WebhookTarget, { runs, seed }: FuzzOptions) {
  const orders = fc.sample(fc.array(fc.constantFrom(...RANK), { minLength: 1, maxLength: 8 }), {
    numRuns: runs,
    seed,
  });
  const messages = await acceptedMessages(store, runs);
  const atSeconds = Math.floor(Date.now() / 1_000);
  const said = Array.from({ length: 8 }, (_, turn) =>
    orders.flatMap((order, index) => {
      const status = order[turn];
      const attempt = messages[index]?.attempt_id;
      return status ? [{ status, callbackData: `v1.${attempt}`, wamid: `wamid.${attempt}`, atSeconds }] : [];
    }),
  );
  for (const turn of said) {
    for (let from = 0; from < turn.length; from += STATUSES_PER_BODY_MAX) {
      const part = turn.slice(from, from + STATUSES_PER_BODY_MAX);
      const body = statusBatch(part.length, (n) => part[n] as (typeof part)[number]);
      const bytes = encodeWebhook(body);
      await post(bytes, signWebhook(SECRET, bytes));
    }
    await untilAllApplied(store);
  }
  const rows = await store.query<{ message_id: string; state: string }>(
    "select message_id, state from webxkey.messages",
  );
  const states = new Map(rows.map(({ message_id, state }) => [message_id, state]));
  const wrong = orders.filter((order, index) => {
    const highest = RANK.findLast((status) => order.includes(status));
    return states.get(messages[index]?.message_id ?? "") !== highest;
  });
  return { messages: runs, wrong: wrong.length };
}

/** Posts webhooks as fast as they are answered (goal R14), all at once or so many at a time; each answer's time in ms. */
export async function burst(
  { post }: Pick<WebhookTarget, "post">,
  webhooks: readonly Buffer[],
  atOnce = webhooks.length,
) {
  const statuses = new Set<number>();
  const took: number[] = [];
  const next = webhooks.values();
  const lane = async () => {
    for (const bytes of next) {
      const startedAt = performance.now();
      statuses.add(await post(bytes, signWebhook(SECRET, bytes)));
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { statuses, p99Ms: percentile(took, 0.99) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
