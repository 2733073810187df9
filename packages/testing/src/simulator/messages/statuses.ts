import type { Fault } from "../faults.ts";
import { statusError } from "../graph-errors.ts";
import { appearanceOf, named, occasionOf } from "../people/contact.ts";
import type { Simulation } from "../simulation.ts";
import { type StatusName, secondsOf, type WebhookStatus } from "../webhooks/bodies.ts";
import { type AcceptedMessage, type Person, type StatusEvent, wabaOf } from "../world.ts";

/** How the statuses of one message will go, decided when it is accepted. */
export interface StatusPlan {
  failWith?: number;
  isSilent: boolean;
  skipsDelivered: boolean;
  isReversed: boolean;
  delayMs: number;
  held?: Fault;
}

const HELD_MS = 1_000;
const CONVERSATIONS_UNTIL_VERSION = 23;

/** Reports the statuses of an accepted message at their times; resolves when the first one was posted. */
export function reportStatuses(sim: Simulation, message: AcceptedMessage, plan: StatusPlan): Promise<void> {
  // behaviour: quality-hold
  if (plan.held) {
    const { code, delayMs } = plan.held;
    const afterHold = code === undefined ? plan : { ...plan, failWith: code };
    return startAfter(sim, delayMs ?? HELD_MS, () => report(sim, message, afterHold));
  }
  return report(sim, message, plan);
}

function startAfter(sim: Simulation, delayMs: number, start: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => sim.clock.schedule(delayMs, () => void start().then(resolve)));
}

function report(sim: Simulation, message: AcceptedMessage, plan: StatusPlan): Promise<void> {
  const { person } = message;
  if (plan.isSilent || !person) return Promise.resolve();
  const { sentMs, deliveredMs, readMs } = sim.settings.statusTimes;
  if (plan.failWith !== undefined) {
    return at(sim, message, sentMs + plan.delayMs, { status: "failed", code: plan.failWith });
  }
  if (plan.isReversed) return reportReversed(sim, message, plan.delayMs);

  const first = at(sim, message, sentMs + plan.delayMs, { status: "sent" });
  // behaviour: reactions-are-only-sent
  if (message.request.type === "reaction") return first;
  sim.clock.schedule(deliveredMs + plan.delayMs, () => whenOn(person, () => deliverAndRead()));

  function deliverAndRead() {
    if (!person) return;
    if (!plan.skipsDelivered) void emit(sim, message, { status: "delivered" });
    const readAfterMs = Math.max(readMs - deliveredMs, 0);
    if (person.readsByThemselves) sim.clock.schedule(readAfterMs, () => void markRead(sim, message));
  }
  return first;
}

// behaviour: statuses-out-of-order
function reportReversed(sim: Simulation, message: AcceptedMessage, delayMs: number): Promise<void> {
  const { sentMs, deliveredMs, readMs } = sim.settings.statusTimes;
  const happenedMs = sim.clock.now();
  const last = Math.max(sentMs, deliveredMs, readMs) + delayMs;
  const steps: [StatusName, number][] = [
    ["read", readMs],
    ["delivered", deliveredMs],
    ["sent", sentMs],
  ];
  const posts = steps.map(([status, stepMs], index) =>
    startAfter(sim, last + index, () => emit(sim, message, { status }, happenedMs + stepMs)),
  );
  return posts[0] ?? Promise.resolve();
}

/** The customer opened the chat: `read` is reported once. */
export async function markRead(sim: Simulation, message: AcceptedMessage): Promise<void> {
  const isSettled = message.statuses.some(({ status }) => status === "read" || status === "failed");
  if (!isSettled) await emit(sim, message, { status: "read" });
}

// behaviour: phone-off-only-sent
function whenOn(person: Person, report: () => void): void {
  if (person.phoneIsOn) report();
  else person.waiting.push(report);
}

function at(
  sim: Simulation,
  message: AcceptedMessage,
  delayMs: number,
  event: Omit<StatusEvent, "atMs">,
): Promise<void> {
  return startAfter(sim, delayMs, () => emit(sim, message, event));
}

function emit(
  sim: Simulation,
  message: AcceptedMessage,
  event: Omit<StatusEvent, "atMs">,
  atMs = sim.clock.now(),
): Promise<void> {
  const { person } = message;
  if (!person) return Promise.resolve();
  message.statuses.push({ ...event, atMs });
  sim.world.counts.statuses += 1;
  sim.changed();
  const update = statusOf(sim, message, person, { ...event, atMs });
  return sim.outbox.tell(wabaOf(sim.world, message.number), {
    kind: "status",
    number: message.number,
    ...update,
  });
}

// behaviour: status-shape
function statusOf(sim: Simulation, message: AcceptedMessage, person: Person, event: StatusEvent) {
  const { number, userIdMode } = message;
  const seen = named(sim, person, number, appearanceOf(sim.world, person, number, userIdMode));
  const hasFailed = event.status === "failed";
  // A message to a phone number names that number again, whatever else the business may see.
  const phone = message.toUserId ? seen.phone : person.digits;
  const userId = hasFailed && !message.toUserId ? undefined : seen.userId;
  const struck = sim.faults.strike(
    ["ids_in_contacts_only", "ids_in_fields_only"],
    occasionOf(number, person),
  );
  const isNamed = struck?.kind !== "ids_in_contacts_only";
  const hasContact = !hasFailed && struck?.kind !== "ids_in_fields_only";
  const data = message.request.biz_opaque_callback_data;
  const status: WebhookStatus = {
    id: message.wamid,
    status: event.status,
    timestamp: secondsOf(event.atMs),
    ...(phone === undefined ? {} : { recipient_id: phone }),
    ...(userId === undefined || !isNamed ? {} : { recipient_user_id: userId }),
    ...(seen.parentUserId === undefined || !isNamed || (hasFailed && !message.toUserId)
      ? {}
      : { recipient_parent_user_id: seen.parentUserId }),
    // behaviour: callback-data-echoed
    ...(data === undefined ? {} : { biz_opaque_callback_data: data }),
    ...priceParts(sim, message, event),
    ...(event.code === undefined ? {} : { errors: [statusError(event.code)] }),
  };
  return {
    status,
    contact: !hasContact ? undefined : { ...seen.contact, ...(phone ? { wa_id: phone } : {}) },
  };
}

/** The price comes with `sent` and with whichever of delivered and read is reported first. */
// behaviour: pricing-on-sent-and-first-receipt
function priceParts(sim: Simulation, message: AcceptedMessage, event: StatusEvent) {
  const isReceipt = event.status === "delivered" || event.status === "read";
  if (event.status !== "sent" && !(isReceipt && !message.pricedReceipt)) return {};
  if (isReceipt) message.pricedReceipt = true;
  const conversation = conversationOf(sim, message);
  return { ...(conversation ? { conversation } : {}), pricing: message.pricing };
}

/** Up to v23 every message has a conversation; from v24 only those that came through an advertisement. */
// behaviour: conversation-by-version
function conversationOf(sim: Simulation, message: AcceptedMessage): object | undefined {
  const isEntryPoint = message.pricing.type === "free_entry_point";
  const apps = [...wabaOf(sim.world, message.number).subscriptions.keys()].map((id) =>
    sim.world.apps.get(id),
  );
  const isOld = apps.some(
    (app) => app && Number(/\d+/.exec(app.webhookVersion)?.[0]) <= CONVERSATIONS_UNTIL_VERSION,
  );
  if (!isEntryPoint && !isOld) return undefined;
  const id = Buffer.from(message.wamid).toString("hex").slice(-32);
  return { id, origin: { type: message.pricing.category } };
}
