import { createProgress, type Stage } from "@webxkey/demo-kit";
import {
  type Checkout,
  copyStore,
  type PlacedOrder,
  type Store,
  startStore,
  type Tick,
} from "@webxkey/demo-medusa";
import { type MedusaShop, medusa, tickOf } from "@webxkey/demo-medusa/demo";
import { canaries } from "@webxkey/test-log-hygiene";
import { type AcceptedView, startGraphSimulator } from "@webxkey/testing";
import pg from "pg";
import { inject } from "vitest";

/** How long anything that a test waits for may take on a busy machine. */
export const WAIT = { timeout: 40_000, interval: 50 };

export const silent = createProgress(() => {});

export type TestStage = Stage & {
  databaseUrl: string;
  /** SQL beside the store, on its own database: what an intruder or a test looks at. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Starts the store again on the same address; one that still runs is stopped in order first. */
  restart(env?: Record<string, string>): Promise<void>;
};

/** A copy of the prepared store that nobody has used yet, with a simulator whose customers read at once. */
export async function openTestStage(env?: Record<string, string>): Promise<TestStage> {
  await using opening = new AsyncDisposableStack();
  const simulator = opening.use(
    await startGraphSimulator({
      statusTimes: { sentMs: 5, deliveredMs: 10, readMs: 20 },
      webhooks: { retryFirstMs: 100, batchWaitMs: 2 },
    }),
  );
  const databaseUrl = await copyStore(inject("preparedStoreUrl"));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  opening.defer(() => pool.end());
  const start = (options: { env?: Record<string, string> | undefined; port?: number }) =>
    startStore({ databaseUrl, graphUrl: simulator.url, ...options });
  let store: Store = await start({ env });
  opening.defer(() => store.stop());

  const port = Number(new URL(store.url).port);
  const opened = opening.move();
  return {
    databaseUrl,
    simulator,
    get store() {
      return store;
    },
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    async restart(env) {
      await store.stop();
      store = await start({ env, port });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export type Purchase = Checkout & {
  /** Whether the customer ticks the box at checkout; they do unless told. */
  optIn?: boolean;
};

export type TestShop = TestStage &
  MedusaShop & {
    /** What the storefront writes on a cart whose buyer ticked the box. */
    consent(): Tick;
    buy(purchase?: Purchase): Promise<PlacedOrder>;
    /** Each message about an order or account and what became of it, sorted: `order-shipped: blocked, no_consent`. */
    outcomes(ref: string): Promise<string[]>;
    /** The sentences of its timeline, oldest first. */
    story(ref: string): Promise<string[]>;
    /** What the Graph API took for a phone, or for everyone. */
    sent(phone?: string): Promise<AcceptedView[]>;
  };

/** A store on a copy of its own that is open for business: number connected, all rules on. */
export async function openTestShop(env?: Record<string, string>): Promise<TestShop> {
  const stage = await openTestStage(env);
  const opened = await medusa.openShop(stage, silent);
  const { engine, shop, wording } = opened;
  const entityOf = (ref: string) => ({
    entity_type: ref.startsWith("order_") ? ("order" as const) : ("account" as const),
    entity_ref: ref,
  });
  const consent = () => tickOf(wording);
  return Object.assign(stage, opened, {
    consent,
    buy: ({ optIn = true, ...checkout }: Purchase = {}) => {
      const { firstName, lastName, email } = canaries;
      const ticked = optIn ? consent() : undefined;
      return shop.placeOrder({ firstName, lastName, email, consent: ticked, ...checkout });
    },
    async outcomes(ref: string) {
      const { messages } = await engine.messages.list(entityOf(ref));
      return messages
        .map(({ rule_id, state, reason }) => `${rule_id}: ${state}${reason ? `, ${reason.code}` : ""}`)
        .sort();
    },
    async story(ref: string) {
      const { entries } = await engine.entities.timeline(entityOf(ref));
      return entries.map(({ sentence }) => sentence);
    },
    sent: (phone?: string) => stage.simulator.accepted(phone === undefined ? {} : { phone }),
  });
}

let phones = 0;

/** A number that no other test of this process has used, in the range kept for fiction. */
export function newPhone(): string {
  phones += 1;
  return `+1650555${String(2_000 + phones)}`;
}
