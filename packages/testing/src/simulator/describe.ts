import { userIdOf } from "./people/user-ids.ts";
import { waIdOf } from "./people/wa-id.ts";
import type { Simulation } from "./simulation.ts";
import { renderMessage } from "./templates/render.ts";
import type {
  AcceptedView,
  DeliverySummary,
  DeliveryView,
  PersonView,
  PhoneView,
  ReceivedView,
  SimulatorCounts,
  SimulatorState,
  TemplateView,
  ThreadItem,
} from "./views.ts";
import type { InboundMessage } from "./webhooks/bodies.ts";
import type { Delivery } from "./webhooks/delivery-log.ts";
import type { AcceptedMessage, Person, ReceivedMessage, Template } from "./world.ts";

const STATE_MESSAGES_MAX = 1_000;
const STATE_DELIVERIES_MAX = 200;
const PAGE_THREAD_MAX = 100;
const PAGE_DELIVERIES_MAX = 60;
const PAGE_PEOPLE_MAX = 50;

export function describeState(sim: Simulation, revision: number): SimulatorState {
  return {
    revision,
    nowMs: sim.clock.now(),
    counts: describeCounts(sim),
    accepted: newest(sim.world.accepted, STATE_MESSAGES_MAX).map(describeAccepted),
    received: newest(sim.world.received, STATE_MESSAGES_MAX).map(describeReceived),
    deliveries: sim.outbox.log.newest(STATE_DELIVERIES_MAX).map(describeDelivery),
  };
}

export function describeCounts(sim: Simulation): SimulatorCounts {
  return { ...sim.world.counts, webhooksUnderWay: sim.outbox.underWay() };
}

function newest<V>(map: Map<string, V>, count: number): V[] {
  const values = [...map.values()];
  return values.length > count ? values.slice(-count) : values;
}

export function describeAccepted(message: AcceptedMessage): AcceptedView {
  const { person, template, request } = message;
  return {
    wamid: message.wamid,
    wabaId: message.number.wabaId,
    phoneNumberId: message.number.id,
    input: message.input,
    ...(person ? { phone: `+${person.digits}` } : {}),
    type: request.type,
    ...(template ? { template: { name: template.name, language: template.language } } : {}),
    ...(request.biz_opaque_callback_data === undefined
      ? {}
      : { callbackData: request.biz_opaque_callback_data }),
    ...(message.messageStatus === undefined ? {} : { messageStatus: message.messageStatus }),
    postedAtMs: message.receivedAtMs,
    answer: message.answer,
    statuses: message.statuses.map((status) => ({ ...status })),
    request,
  };
}

export function describeReceived(received: ReceivedMessage): ReceivedView {
  return {
    wamid: received.wamid,
    phoneNumberId: received.number.id,
    phone: `+${received.person.digits}`,
    sentAtMs: received.sentAtMs,
    readByBusiness: received.readByBusiness,
    message: received.message,
  };
}

export function describeDelivery(delivery: Delivery): DeliveryView {
  const { bytes, signature, attempts, ...rest } = delivery;
  return {
    ...rest,
    body: bytes.toString("latin1"),
    ...(signature === undefined ? {} : { signature }),
    attempts: attempts.map((attempt) => ({ ...attempt })),
  };
}

export function describeTemplate({ id, name, language, category, status }: Template): TemplateView {
  return { id, name, language, category, status };
}

/** The phone view of one person; without a person, of whoever has the newest message. */
export function describePhone(sim: Simulation, phoneDigits: string | undefined): PhoneView {
  const people = [...sim.world.people.values()]
    .sort((a, b) => lastAt(b) - lastAt(a))
    .slice(0, PAGE_PEOPLE_MAX);
  const chosen = sim.world.people.get(waIdOf(sim.world, phoneDigits ?? "")) ?? people[0];
  const number = chosen?.thread.at(-1)?.number ?? sim.world.numbers.values().next().value;
  return {
    nowMs: sim.clock.now(),
    counts: describeCounts(sim),
    people: people.map((person) => describePerson(sim, person)),
    ...(chosen
      ? {
          chosen: {
            ...describePerson(sim, chosen),
            thread: chosen.thread.slice(-PAGE_THREAD_MAX).map(describeItem),
          },
        }
      : {}),
    faults: sim.faults.list(),
    templates: [...sim.world.templates.values()].map(describeTemplate),
    deliveries: sim.outbox.log.newest(PAGE_DELIVERIES_MAX).map(summarise).reverse(),
    business: { name: number?.verifiedName ?? "No business yet", number: number?.displayPhoneNumber ?? "" },
  };
}

const lastAt = (person: Person) => {
  const last = person.thread.at(-1);
  return last === undefined ? 0 : atOf(last);
};

const atOf = (item: AcceptedMessage | ReceivedMessage) =>
  item.origin === "business" ? item.receivedAtMs : item.sentAtMs;

export function describePerson(sim: Simulation, person: Person): PersonView {
  const last = person.thread.at(-1);
  const item = last && describeItem(last);
  const portfolioId = sim.world.portfolios.keys().next().value;
  return {
    phone: `+${person.digits}`,
    name: person.name,
    ...(person.username === undefined ? {} : { username: person.username }),
    userIdMode: person.userIdMode,
    ...(portfolioId === undefined ? {} : { userId: userIdOf(sim.world, person, portfolioId) }),
    onWhatsApp: person.onWhatsApp,
    phoneIsOn: person.phoneIsOn,
    readsByThemselves: person.readsByThemselves,
    hasStoppedMarketing: person.stoppedMarketing.size > 0,
    lastText: item === undefined ? "" : item.origin === "person" ? item.text : (item.content.body ?? ""),
    ...(last ? { lastAtMs: atOf(last) } : {}),
  };
}

function describeItem(item: AcceptedMessage | ReceivedMessage): ThreadItem {
  if (item.origin === "person") {
    return {
      origin: "person",
      wamid: item.wamid,
      atMs: item.sentAtMs,
      readByBusiness: item.readByBusiness,
      text: textOf(item.message),
    };
  }
  const { status, code } = furthest(item);
  return {
    origin: "business",
    wamid: item.wamid,
    atMs: item.receivedAtMs,
    status,
    ...(code === undefined ? {} : { code }),
    ...(item.template ? { template: `${item.template.name} · ${item.template.language}` } : {}),
    content: renderMessage(item.request, item.template),
  };
}

const RANK = { accepted: 0, sent: 1, delivered: 2, read: 3, played: 4, failed: 5 };

function furthest(message: AcceptedMessage): { status: keyof typeof RANK; code?: number } {
  let found: { status: keyof typeof RANK; code?: number } = { status: "accepted" };
  for (const event of message.statuses) if (RANK[event.status] > RANK[found.status]) found = event;
  return found;
}

function textOf(message: InboundMessage): string {
  const reply = message.interactive as Record<string, { title?: string }> | undefined;
  return (
    message.text?.body ??
    message.button?.text ??
    reply?.["button_reply"]?.title ??
    reply?.["list_reply"]?.title ??
    message.reaction?.emoji ??
    captionOf(message) ??
    ""
  );
}

function captionOf(message: InboundMessage): string | undefined {
  type Content = { caption?: unknown; message?: InboundMessage } | undefined;
  const content = (message as unknown as Record<string, Content>)[message.type];
  if (content?.message) return textOf(content.message);
  return typeof content?.caption === "string" ? content.caption : undefined;
}

function summarise(delivery: Delivery): DeliverySummary {
  const last = delivery.attempts.at(-1);
  const what = Object.entries(delivery.holds).map(([name, count]) => (count > 1 ? `${count} ${name}` : name));
  return {
    id: delivery.id,
    what: what.join(", ") || "own body",
    url: delivery.url,
    createdAtMs: delivery.createdAtMs,
    state: delivery.state,
    attempts: delivery.attempts.length,
    lastAnswer: last === undefined ? "under way" : (last.status?.toString() ?? last.error ?? ""),
  };
}
