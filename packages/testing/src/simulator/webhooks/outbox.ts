import type { SimulatorClock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import type { SimulatorIds } from "../ids.ts";
import type { App, Waba, World } from "../world.ts";
import { createDeliveryLog, type Delivery, type DeliveryLog } from "./delivery-log.ts";
import type { Poster } from "./poster.ts";
import { encodeWebhook, type SignatureFlaw, signWithFlaw } from "./signature.ts";
import {
  type AddressedUpdate,
  batchBody,
  countHeld,
  phoneNumberIdOf,
  type WebhookUpdate,
} from "./updates.ts";

export interface WebhookOptions {
  /** How many updates one POST may carry: 1 to 1,000. */
  updatesPerPost: number;
  /** How long to wait for a batch to fill, in milliseconds. */
  batchWaitMs: number;
  /** After the immediate second try. */
  retryFirstMs: number;
  retryWaitMsMax: number;
  /** By what each wait is longer than the one before: a factor, or `linear` for the first wait once more each time. */
  retryGrowth: number | "linear";
  /** Each wait is longer or shorter by up to this share of it. */
  retryJitter: number;
  /** When to give up. */
  retryHorizonMs: number;
}

export interface WebhookOutbox {
  /** Resolves when the update has been posted once to every subscriber, whatever they answered. */
  tell(waba: Waba, update: WebhookUpdate): Promise<void>;
  /** Posts any body to one app's subscribers, signed with that app's secret. */
  post(app: App, url: string, body: object, flaw?: SignatureFlaw): Promise<Delivery>;
  redeliver(delivery: Delivery, flaw?: SignatureFlaw): Promise<void>;
  log: DeliveryLog;
  /** Posts under way or waiting for their batch; retries that wait for their time do not count. */
  underWay(): number;
  settled(): Promise<void>;
}

const UPDATES_PER_POST_MAX = 1_000;

interface Batch {
  app: App;
  url: string;
  updates: AddressedUpdate[];
  posted: Promise<void>;
  post: () => void;
}

export function createOutbox(sim: {
  world: World;
  clock: SimulatorClock;
  ids: SimulatorIds;
  faults: Faults;
  poster: Poster;
  options: WebhookOptions;
  changed: () => void;
}): WebhookOutbox {
  const { world, clock, faults, options } = sim;
  const log = createDeliveryLog();
  const batches = new Map<string, Batch>();
  const updatesPerPost = Math.min(Math.max(options.updatesPerPost, 1), UPDATES_PER_POST_MAX);
  let deliveries = 0;
  let underWay = 0;
  let whenSettled: (() => void)[] = [];

  function finished() {
    underWay -= 1;
    sim.changed();
    if (underWay > 0) return;
    for (const resolve of whenSettled) resolve();
    whenSettled = [];
  }

  // behaviour: override-callback
  function subscribersOf(waba: Waba): { app: App; url: string }[] {
    return [...waba.subscriptions.values()].flatMap((subscription) => {
      const app = world.apps.get(subscription.appId);
      const url = subscription.overrideCallbackUri ?? app?.callback?.url;
      return app && url ? [{ app, url }] : [];
    });
  }

  // behaviour: webhook-batching
  function tell(waba: Waba, update: WebhookUpdate): Promise<void> {
    const posts = subscribersOf(waba).map(({ app, url }) => {
      const key = `${app.id} ${url}`;
      const batch = batches.get(key) ?? openBatch(key, app, url);
      batch.updates.push({ waba, update });
      if (batch.updates.length >= updatesPerPost) batch.post();
      return batch.posted;
    });
    return Promise.all(posts).then(() => undefined);
  }

  function openBatch(key: string, app: App, url: string): Batch {
    let wasPosted = () => {};
    const posted = new Promise<void>((resolve) => {
      wasPosted = resolve;
    });
    const batch: Batch = { app, url, updates: [], posted, post: close };
    let isClosed = false;
    function close() {
      if (isClosed) return;
      isClosed = true;
      batches.delete(key);
      const body = batchBody(batch.updates, clock.now());
      void deliver(batch.app, batch.url, body, countHeld(batch.updates)).finally(() => {
        wasPosted();
        finished();
      });
    }
    underWay += 1;
    batches.set(key, batch);
    if (updatesPerPost > 1) setTimeout(close, options.batchWaitMs);
    return batch;
  }

  async function deliver(
    app: App,
    url: string,
    body: object,
    holds: Record<string, number>,
    flaw = flawFor(body),
  ): Promise<Delivery> {
    deliveries += 1;
    const delivery: Delivery = {
      id: `webhook-${deliveries}`,
      appId: app.id,
      url,
      bytes: encodeWebhook(body),
      signature: undefined,
      holds,
      createdAtMs: clock.now(),
      attempts: [],
      state: "pending",
    };
    log.add(delivery);
    const isTwice = faults.strike(["duplicate_webhooks"], numberOf(body)) !== undefined;
    await Promise.all(
      isTwice ? [attempt(delivery, flaw), attempt(delivery, flaw)] : [attempt(delivery, flaw)],
    );
    return delivery;
  }

  const numberOf = (body: object) => ({ phoneNumberId: phoneNumberIdOf(body) });
  const flawFor = (body: object) => {
    const fault = faults.strike(["wrong_signature"], numberOf(body));
    return fault ? (fault.flaw ?? "wrong") : undefined;
  };

  async function attempt(delivery: Delivery, flaw?: SignatureFlaw): Promise<void> {
    const app = world.apps.get(delivery.appId);
    const signed = signWithFlaw(app?.secret ?? "", delivery.bytes, flaw);
    delivery.signature = signed.header;
    const atMs = clock.now();
    const result = await sim.poster.post(delivery.url, signed.bytes, signed.header);
    delivery.attempts.push({ ...result, atMs });
    if (result.status === 200) delivery.state = "delivered";
    else if (delivery.state === "pending") retryLater(delivery);
    sim.changed();
  }

  function retryWaitMs(n: number): number {
    const { retryFirstMs, retryWaitMsMax, retryGrowth, retryJitter } = options;
    const grown = retryFirstMs * (retryGrowth === "linear" ? n : retryGrowth ** (n - 1));
    return Math.min(grown, retryWaitMsMax) * (1 + retryJitter * (2 * sim.ids.chance() - 1));
  }

  /** Anything but 200 is a failure, 201 and 204 included: once more at once, then in ever longer waits. */
  // behaviour: webhook-retry
  function retryLater(delivery: Delivery) {
    const failures = delivery.attempts.length;
    const waitMs = failures === 1 ? 0 : retryWaitMs(failures - 1);
    if (clock.now() + waitMs > delivery.createdAtMs + options.retryHorizonMs) {
      delivery.state = "dropped";
      return;
    }
    clock.schedule(waitMs, () => {
      if (delivery.state !== "pending") return;
      underWay += 1;
      // A fault that is still on spoils the repetition too.
      void attempt(delivery, flawFor(JSON.parse(delivery.bytes.toString()))).finally(finished);
    });
  }

  return {
    tell,
    log,
    async post(app, url, body, flaw) {
      underWay += 1;
      return await deliver(app, url, body, {}, flaw).finally(finished);
    },
    async redeliver(delivery, flaw) {
      underWay += 1;
      await attempt(delivery, flaw).finally(finished);
    },
    underWay: () => underWay,
    settled: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve))),
  };
}
