import { setTimeout as passed } from "node:timers/promises";
import { encodeWebhook } from "@webxkey/testing";
import { expect, test } from "vitest";
import { type ApiClient, clientWith, createKey } from "./api-client.ts";
import { claim, type Engine, startEngine, WORDING } from "./engine.ts";
import { type Chance, seeded } from "./seeded.ts";
import { happened, publishOne, refOf, type Shop, written } from "./shop.ts";
import { numberOf } from "./stops/case.ts";
import { openStopShop } from "./stops/run.ts";
import { STORES } from "./stores.ts";
import { handWebhook, untilApplied } from "./webhooks.ts";

/** WEBXKEY_GRANTS=10000 is the full size, half of it on each store. */
const PAIRS = Number(process.env["WEBXKEY_GRANTS"] ?? 160);
const SEED = Number(process.env["WEBXKEY_SEED"] ?? Date.now() % 1_000_000);
const each = Math.ceil(PAIRS / STORES.length);
const AT_ONCE = 20;
/** A webhook is stored and applied by a worker, which takes longer than a grant: mostly the grant begins second. */
const APART_MS_MAX = 150;
const STOPS_FIRST = 0.8;
const OTHERS_FROM = 20_000;
const OFFICER = "user_privacy";
const { purpose: _, text: __, ...WORDS } = WORDING;

/** Whoever cannot lift a stop, each by the way in which they try. */
const KINDS = [
  "tick",
  "claim",
  "attestation",
  "attestation of an earlier stop",
  "import",
  "new words",
  "START written before",
  "START of somebody else",
] as const;
type Kind = (typeof KINDS)[number];

interface Pair {
  readonly n: number;
  readonly kind: Kind;
  readonly phone: string;
  readonly stopFirst: boolean;
  readonly apartMs: number;
  /** Which engine takes which of the two: what one knows in memory the other does not. */
  readonly stopAt: Engine;
  readonly grantAt: Engine;
}

interface GrantShop extends Shop {
  readonly engines: readonly [Engine, Engine];
  readonly storefront: string;
}

async function openGrantShop(name: (typeof STORES)[number]): Promise<GrantShop> {
  await using opened = new AsyncDisposableStack();
  const shop = opened.use(await openStopShop(name));
  const { storage, simulator, engine } = shop;
  const second = opened.use(await startEngine({ storage, simulator, burstFloorPerHour: 1_000_000 }));
  await second.startWorker();
  await engine.call("PUT", `/v1/members/${OFFICER}`, { role: "privacy_officer" });
  const { key } = await createKey(engine, { kind: "service", scopes: ["consent:grant"] });
  const kept = opened.move();
  return {
    ...shop,
    engines: [engine, second],
    storefront: key,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function pairOf({ engines }: GrantShop, chance: Chance, n: number): Pair {
  const any = () => engines[chance.between(0, 1)] as Engine;
  return {
    n,
    kind: KINDS[chance.between(0, KINDS.length - 1)] as Kind,
    phone: numberOf("US", n),
    stopFirst: chance.next() < STOPS_FIRST,
    apartMs: chance.next() * APART_MS_MAX,
    stopAt: any(),
    grantAt: any(),
  };
}

const aMinuteAgo = () => new Date(Date.now() - 60_000);

async function sayTo(engine: Engine, phone: string, text: string, at = new Date()): Promise<void> {
  const body = encodeWebhook(written({ phone, text, at }));
  expect(await handWebhook(engine, body)).toBe(200);
}

/** Answers with the status of the API, or 0 where none was asked. */
async function grant(shop: GrantShop, { kind, n, phone, grantAt }: Pair, earlier: string): Promise<number> {
  const granted = (more: object) => ({
    identity: { kind: "phone", value: phone },
    channel: "whatsapp",
    wording: WORDS,
    method: "form",
    evidence: "form 7",
    occurred_at: new Date().toISOString(),
    ...more,
  });
  const attest = async (more: object) => {
    const body = granted({ reason: "signed at the desk", ...more });
    return (await grantAt.call("POST", "/v1/consents", body, OFFICER)).status;
  };
  switch (kind) {
    case "tick":
      await publishOne({ engine: grantAt }, happened("order.placed", { phone }), { claims: [claim()] });
      return 0;
    case "claim": {
      const storefront: ApiClient = clientWith(grantAt, shop.storefront);
      const ref = refOf(happened("order.placed", { phone }));
      const body = granted({ entity: { type: "order", ref } });
      return (await storefront.call("POST", "/v1/consents", body)).status;
    }
    case "attestation":
      return await attest({});
    case "attestation of an earlier stop":
      return await attest({ lifts: earlier });
    case "import": {
      const body = {
        phones: [phone],
        channel: "whatsapp",
        wording: WORDS,
        evidence_file: { name: "cards.pdf", bytes: 48_213, sha256: "a".repeat(64) },
        reason: "signed cards",
        occurred_at: new Date().toISOString(),
      };
      return (await grantAt.call("POST", "/v1/consents/import", body, OFFICER)).status;
    }
    case "new words": {
      const wording = { ...WORDS, version: `of ${n}` };
      const body = { ...wording, purpose: WORDING.purpose, text: `Send me updates. ${n}` };
      expect((await grantAt.call("POST", "/v1/wordings", body)).status).toBe(201);
      return await attest({ wording });
    }
    case "START written before":
      await sayTo(grantAt, phone, "START", aMinuteAgo());
      return 0;
    case "START of somebody else":
      await sayTo(grantAt, numberOf("US", n + OTHERS_FROM), "START");
      return 0;
  }
}

/** What the person had said before: words to confirm, or a stop to name. */
async function prepare({ engines: [engine], store }: GrantShop, pairs: readonly Pair[]): Promise<void> {
  await Promise.all(
    pairs.map(async ({ kind, phone }) => {
      if (kind === "attestation of an earlier stop")
        await sayTo(engine, phone, "STOP", new Date(Date.now() - 120_000));
      if (kind.startsWith("START"))
        await publishOne({ engine }, happened("order.placed", { phone }), { claims: [claim()] });
    }),
  );
  await untilApplied(store);
}

async function lastStopOf({ engines: [engine] }: GrantShop, phone: string): Promise<string> {
  const { body } = await engine.call<{
    consents: { consent_id: string; state: string; purpose: string }[];
  }>("POST", "/v1/consents/show", { identity: { kind: "phone", value: phone } });
  const stops = body.consents.filter(({ state, purpose }) => [state, purpose].join() === STOPPED);
  return stops.at(-1)?.consent_id ?? "";
}

const STOPPED = `withdrawn,${WORDING.purpose}`;

/** Consents, other than ticks of orders, that were written behind a stop which they do not name. */
const BEHIND_STOPS = `webxkey.consents g join lateral (
  select w.consent_id from webxkey.consents w
  where w.workspace_id = g.workspace_id and w.contact_id = g.contact_id and w.purpose = g.purpose
    and w.state = 'withdrawn' and w.recorded_seq < g.recorded_seq
  order by w.recorded_seq desc limit 1) w on w.consent_id is distinct from g.lifts
  where g.state = 'given' and g.method <> 'checkout_box'`;

async function tryPairs(shop: GrantShop, pairs: readonly Pair[]) {
  await prepare(shop, pairs);
  const answers = await Promise.all(
    pairs.map(async (pair) => {
      const earlier = pair.kind.startsWith("attestation of") ? await lastStopOf(shop, pair.phone) : "";
      const wait = (isSecond: boolean) => (isSecond ? passed(pair.apartMs) : undefined);
      const [answer] = await Promise.all([
        Promise.resolve(wait(pair.stopFirst)).then(() => grant(shop, pair, earlier)),
        Promise.resolve(wait(!pair.stopFirst)).then(() => sayTo(pair.stopAt, pair.phone, "STOP")),
      ]);
      return answer;
    }),
  );
  await untilApplied(shop.store);
  const lifted = await Promise.all(
    pairs.map(async (pair) => {
      const event = happened("order.placed", { phone: pair.phone });
      const { state, reason } = await publishOne({ engine: pair.grantAt }, event, { claims: [claim()] });
      const isBlocked = state === "blocked" && reason?.code === "consent_withdrawn";
      return isBlocked ? [] : [{ n: pair.n, kind: pair.kind, state, code: reason?.code }];
    }),
  );
  return { answers, lifted: lifted.flat() };
}

test.each(STORES)(
  "no grant under way lifts a STOP beside it, whoever makes it, on %s (D 1.5)",
  { timeout: 60_000 + each * 1_000 },
  async (name) => {
    await using shop = await openGrantShop(name);
    const chance = seeded(SEED);
    const lifted: object[] = [];
    const answers: number[] = [];
    for (let from = 0; from < each && lifted.length === 0; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, each - from);
      const pairs = Array.from({ length: count }, (___, index) => pairOf(shop, chance, from + index));
      const tried = await tryPairs(shop, pairs);
      lifted.push(...tried.lifted);
      answers.push(...tried.answers);
    }
    const behind = await shop.store.query(`select g.method, g.assurance from ${BEHIND_STOPS}`);
    const [taken, refused] = [200, 409].map(
      (status) => answers.filter((one) => (one === 201 ? 200 : one) === status).length,
    );
    process.stdout.write(
      `Grants on ${name}: ${answers.length} of ${each} pairs, seed ${SEED}, ${taken} taken and ${refused} refused over the API, ` +
        `${lifted.length} lifted, ${behind.length} written behind a stop.\n`,
    );
    expect(answers.filter((one) => ![0, 200, 201, 409].includes(one))).toEqual([]);
    expect(lifted).toEqual([]);
    expect(behind).toEqual([]);
  },
);
