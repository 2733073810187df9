import { createServer } from "node:http";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

/**
 * Loaded into a store's process with `--import`: stands between Medusa's in-process event bus and its subscribers, where
 * a test can have an event delivered again, or the process killed at the moment before one is delivered.
 */

type BusEvent = { name: string; data: unknown };
type EventBus = {
  groupedEventsMap_: Map<string, BusEvent[]>;
  subscribe(...subscription: unknown[]): EventBus;
  emit(event: BusEvent): Promise<void>;
  releaseGroupedEvents(groupId: string): Promise<void>;
};

const KILL_BEFORE = process.env["BUS_TAP_KILL_BEFORE"];

const fromStore = createRequire(`${process.cwd()}/medusa-config.js`);
const fromMedusa = createRequire(fromStore.resolve("@medusajs/medusa/event-bus-local"));
const { prototype } = fromMedusa("@medusajs/event-bus-local").default.service as { prototype: EventBus };
const { subscribe, releaseGroupedEvents } = prototype;

let bus: EventBus | undefined;
const released: BusEvent[] = [];

prototype.subscribe = function (...subscription) {
  bus = this;
  return subscribe.apply(this, subscription);
};

// A workflow's events wait here until it is done: what it wrote is committed by now.
prototype.releaseGroupedEvents = function (groupId) {
  for (const { name, data } of this.groupedEventsMap_.get(groupId) ?? []) {
    if (name === KILL_BEFORE) process.kill(process.pid, "SIGKILL");
    released.push({ name, data });
  }
  return releaseGroupedEvents.call(this, groupId);
};

const control = createServer(async (request, response) => {
  if (request.method === "POST") {
    const { times, ...event } = JSON.parse(await text(request)) as BusEvent & { times: number };
    await Promise.all(Array.from({ length: times }, () => bus?.emit(event)));
  }
  response.end(JSON.stringify(released));
});
control.listen(0, "127.0.0.1", () => {
  const address = control.address();
  if (address && typeof address === "object")
    process.stdout.write(`bus-tap http://127.0.0.1:${address.port}\n`);
});
control.unref();
