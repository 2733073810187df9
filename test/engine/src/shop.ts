import { randomBytes } from "node:crypto";
import { type EventType, type PlatformEvent, type PublishedIntent, sampleEvent } from "@webxkey/core";
import { encodeWamid, type GraphSimulator, inboundText, type Seed } from "@webxkey/testing";
import { expect } from "vitest";
import {
  connectDemo,
  type Engine,
  type EngineOptions,
  fastSimulator,
  startEngine,
  type TestPublishOptions,
} from "./engine.ts";
import { openStore, type StorageOption, type Store, type StoreName, shared } from "./stores.ts";

/** A shop whose number is connected, with a worker: where most rules are tried. */
export interface Shop extends AsyncDisposable {
  readonly store: Store;
  /** Opened once, so that a second engine can join on a PGlite directory too. */
  readonly storage: StorageOption;
  readonly simulator: GraphSimulator;
  readonly engine: Engine;
}

export interface ShopOptions extends Partial<Omit<EngineOptions, "storage">> {
  /** The rules that are on. */
  readonly on?: readonly string[];
  /** What the simulator has beside its demo account. */
  readonly seed?: Seed;
  /** Without one, nothing is sent and no webhook is applied. */
  readonly worker?: boolean;
  readonly connected?: boolean;
}

export async function openShop(name: StoreName, options: ShopOptions = {}): Promise<Shop> {
  const { on, seed, worker = true, connected = true, ...engineOptions } = options;
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openStore(name));
  const simulator = options.simulator ?? (await fastSimulator());
  if (seed) await simulator.seed(seed);
  const storage = opened.use(shared(store.option()));
  const engine = opened.use(await startEngine({ ...engineOptions, storage, simulator }));
  if (connected) await connectDemo(engine, on);
  if (worker) await engine.startWorker();
  // Closed first, so that the engine need not wait for an answer that never comes.
  opened.use(simulator);
  const kept = opened.move();
  return { store, storage, simulator, engine, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

let people = 0;

/** Places whose 555 numbers strangers have, ten thousand each. */
const AREAS = ["650", "415", "408", "510", "212", "213", "312", "305", "617", "202"];

/** The phone of a person whom nobody has met, in the range that is nobody's. */
export function stranger(): string {
  people += 1;
  return `+1${AREAS[Math.floor(people / 10_000)]}555${String(people % 10_000).padStart(4, "0")}`;
}

let things = 0;

export interface Happening {
  readonly ref?: string;
  readonly phone?: string;
  readonly phoneProblem?: "missing" | "unparseable";
  /** Of an account's phone; absent: it was verified. */
  readonly phoneVerified?: boolean;
  readonly at?: Date;
  readonly locale?: string;
  readonly doNotNotify?: boolean;
  /** Minor units. */
  readonly total?: number;
}

/** An event as a connector translates it; without a `ref`, of another order or account each time. */
export function happened(type: EventType, what: Happening = {}): PlatformEvent {
  things += 1;
  const { ref = `thing_${process.pid}_${things}`, at = new Date(), doNotNotify } = what;
  const sample = sampleEvent(type);
  const about =
    "order" in sample.data
      ? { order: { ...sample.data.order, ref, total: { amount: what.total ?? 4_999, currency: "USD" } } }
      : { account: { ref } };
  const recipient = {
    ...(what.phone !== undefined && { phone: what.phone }),
    ...(what.phoneProblem && { phone_problem: what.phoneProblem }),
    ...("account" in sample.data && { phone_verified: what.phoneVerified ?? true }),
    name: "Canaryfirst",
    locale: what.locale ?? "en",
  };
  return {
    ...sample,
    id: `${type}:${ref}`,
    source: "/shop/test",
    time: at.toISOString(),
    ...(doNotNotify !== undefined && { donotnotify: doNotNotify }),
    data: { ...sample.data, ...about, recipient },
  } as PlatformEvent;
}

/** The order or account that an event is about. */
export function refOf({ data }: PlatformEvent): string {
  return "order" in data ? data.order.ref : data.account.ref;
}

/** Publishes an event that one rule waits for. */
export async function publishOne(
  { engine }: Pick<Shop, "engine">,
  event: PlatformEvent,
  options?: TestPublishOptions,
): Promise<PublishedIntent> {
  const { intents } = await engine.messaging.publish(event, options);
  expect(intents).toHaveLength(1);
  return intents[0] as PublishedIntent;
}

/** What the simulator took for one phone. */
export async function acceptedFor({ simulator }: Pick<Shop, "simulator">, phone: string) {
  return await simulator.accepted({ phone });
}

/** Polls until the condition answers something; fails with `what` when the time is over. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`After ${withinMs} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until a message is where it is for this reason. */
export async function untilReason(
  { store }: Pick<Shop, "store">,
  messageId: string,
  code: string,
): Promise<void> {
  await until(`the message does not say ${code}`, async () => {
    const rows = await store.query(
      "select 1 from webxkey.messages where message_id = $1 and reason_code = $2",
      [messageId, code],
    );
    return rows.length > 0;
  });
}

const SECONDS_OF_A_TEST = 15;

/** The burst guard counts by the hour: in a test that runs across its turn the count would begin again. */
export async function awayFromTheTurnOfTheHour({ store }: Pick<Shop, "store">): Promise<void> {
  await until(
    "the hour does not turn",
    async () => {
      const [row] = await store.query<{ left: number }>(
        "select 3600 - extract(epoch from now() - date_trunc('hour', now()))::float8 as left",
      );
      return (row?.left ?? 0) > SECONDS_OF_A_TEST;
    },
    2 * SECONDS_OF_A_TEST * 1_000,
  );
}

/** Waits until every webhook that is on its way has arrived and is applied. */
export async function webhooksApplied({
  simulator,
  store,
}: Pick<Shop, "simulator" | "store">): Promise<void> {
  await simulator.until(({ counts }) => counts.webhooksUnderWay === 0, { withinMs: 10_000, what: "no post" });
  await until("webhooks still wait to be applied", async () => {
    const rows = await store.query("select 1 from webxkey.inbox where state = 'stored'");
    return rows.length === 0;
  });
}

/** A text as Meta delivers it, with a message id of its own. */
export function written(of: { phone: string; text: string; at?: Date; userId?: string }) {
  const { at = new Date(), ...text } = of;
  return inboundText({
    ...text,
    wamid: encodeWamid(
      of.phone.replace("+", ""),
      "from_customer",
      randomBytes(10).toString("hex").toUpperCase(),
    ),
    atSeconds: Math.floor(at.getTime() / 1_000),
  });
}

/** A person's text, delivered and applied. Meta tells whole seconds, so that two words need times of their own. */
export async function says(shop: Shop, of: Parameters<typeof written>[0]): Promise<void> {
  const { attempts } = await shop.simulator.deliver(written(of));
  expect(attempts.at(-1)?.status).toBe(200);
  await webhooksApplied(shop);
}

export const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);
export const hoursAgo = (hours: number) => secondsAgo(hours * 3_600);

/** What the people behind an order agreed to, oldest first: `order-updates given claimed`. */
export async function consentsOf({ engine }: Pick<Shop, "engine">, event: PlatformEvent): Promise<string[]> {
  const { body } = await engine.call<{
    consents: { purpose: string; state: string; assurance: string }[];
  }>("GET", `/v1/consents?entity_type=order&entity_ref=${refOf(event)}`);
  return body.consents.map(({ purpose, state, assurance }) => `${purpose} ${state} ${assurance}`);
}

export interface AuditRow {
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly outcome: string;
}

/** The audit entries about one thing, oldest first. */
export async function auditOf({ store }: Pick<Shop, "store">, objectId: string): Promise<AuditRow[]> {
  return await store.query<AuditRow>(
    "select actor_type, actor_id, action, outcome from webxkey.audit_entries where object_id = $1 order by seq",
    [objectId],
  );
}

/** Asks for a chore now instead of at its minute. The worker of this store does it within its poll. */
export async function askForChore({ store }: Pick<Shop, "store">, name: string): Promise<void> {
  await store.query("insert into webxkey_jobs.job (name) values ($1)", [name]);
}
