import { markRead } from "../messages/statuses.ts";
import type { Simulation } from "../simulation.ts";
import { SimulatorError } from "../simulator-error.ts";
import { renderMessage } from "../templates/render.ts";
import { type InboundMessage, preferenceOf, secondsOf } from "../webhooks/bodies.ts";
import {
  type AcceptedMessage,
  keepNewest,
  type Person,
  type PhoneNumber,
  RECEIVED_KEPT_MAX,
  type ReceivedMessage,
  THREAD_KEPT_MAX,
  wabaOf,
} from "../world.ts";
import { appearanceOf, named } from "./contact.ts";

/** The person writes. `posted` resolves when the webhook was posted once. */
// behaviour: inbound-text
export function replyText(
  sim: Simulation,
  person: Person,
  reply: { text: string; phoneNumberId?: string | undefined; repliesTo?: string | undefined },
): { received: ReceivedMessage; posted: Promise<void> } {
  const number = numberFor(sim, person, reply.phoneNumberId);
  const context = reply.repliesTo === undefined ? undefined : { from: number.digits, id: reply.repliesTo };
  return receive(sim, person, number, {
    type: "text",
    ...(context ? { context } : {}),
    text: { body: reply.text },
  });
}

/** The person sends anything: a picture with a caption, an edit, the answer of a flow. */
// behaviour: inbound-of-any-type
export function sendAnything(
  sim: Simulation,
  person: Person,
  { message, phoneNumberId, repliesTo }: AnyMessage,
): { received: ReceivedMessage; posted: Promise<void> } {
  const number = numberFor(sim, person, phoneNumberId);
  const context = repliesTo === undefined ? {} : { context: { from: number.digits, id: repliesTo } };
  return receive(sim, person, number, { ...context, ...message });
}

export interface AnyMessage {
  message: { type: string; [content: string]: unknown };
  phoneNumberId?: string | undefined;
  repliesTo?: string | undefined;
}

/** A business agent of Meta takes the chat, or gives it back. */
// behaviour: standby
export function holdByAgent(
  sim: Simulation,
  person: Person,
  hold: { held: boolean; phoneNumberId?: string | undefined },
): Promise<void> {
  const number = numberFor(sim, person, hold.phoneNumberId);
  if (hold.held) person.heldByAgent.add(number.id);
  else person.heldByAgent.delete(number.id);
  const { contact } = appearanceOf(sim.world, person, number);
  sim.changed();
  return sim.outbox.tell(wabaOf(sim.world, number), {
    kind: "field",
    field: "messaging_handovers",
    hasTime: false,
    number,
    value: {
      contacts: [contact],
      control_passed: {
        to: hold.held ? "business_agent" : "business",
        timestamp: secondsOf(sim.clock.now()),
      },
    },
  });
}

/** The person comes in through an advertisement: the service window and the 72-hour free window open. */
// behaviour: free-entry-point
export function enterFromAd(
  sim: Simulation,
  person: Person,
  entry: { text: string; phoneNumberId?: string | undefined },
) {
  const number = numberFor(sim, person, entry.phoneNumberId);
  person.enteredFromAdMs.set(number.id, sim.clock.now());
  return receive(sim, person, number, {
    type: "text",
    text: { body: entry.text },
    referral: {
      source_type: "ad",
      source_id: sim.ids.numeric(18),
      headline: "Chat with us",
      ctwa_clid: sim.ids.hex(24),
    },
  });
}

/** Taps a button, chosen by its label or payload, of the given message or else of the newest that has it. */
// behaviour: inbound-button
export function tapButton(
  sim: Simulation,
  person: Person,
  tap: { button: string; wamid?: string | undefined },
): { received: ReceivedMessage; posted: Promise<void> } {
  const messages = person.thread
    .filter((item): item is AcceptedMessage => item.origin === "business")
    .reverse();
  for (const message of messages) {
    if (tap.wamid !== undefined && message.wamid !== tap.wamid) continue;
    const rendered = renderMessage(message.request, message.template);
    const buttons = [rendered, ...(rendered.cards ?? [])].flatMap((one) => one.buttons);
    const button = buttons.find(
      ({ kind, text, payload }) => kind === "reply" && (text === tap.button || payload === tap.button),
    );
    if (!button) continue;
    const { text, payload = text } = button;
    const content: Pick<InboundMessage, "type" | "button" | "interactive"> = message.template
      ? { type: "button", button: { payload, text } }
      : { type: "interactive", interactive: interactiveReply(message, payload, text) };
    return receive(sim, person, message.number, {
      context: { from: message.number.digits, id: message.wamid },
      ...content,
    });
  }
  throw new SimulatorError(
    409,
    `No message on +${person.digits} has a reply button "${tap.button}". Look at its thread.`,
  );
}

function interactiveReply(message: AcceptedMessage, id: string, title: string): object {
  const interactive = message.request["interactive"] as { type?: string } | undefined;
  return interactive?.type === "list"
    ? { type: "list_reply", list_reply: { id, title } }
    : { type: "button_reply", button_reply: { id, title } };
}

export function react(
  sim: Simulation,
  person: Person,
  reaction: { emoji: string; wamid?: string | undefined },
): { received: ReceivedMessage; posted: Promise<void> } {
  const target = person.thread.findLast(
    (item) => item.origin === "business" && (reaction.wamid === undefined || item.wamid === reaction.wamid),
  );
  if (!target) throw new SimulatorError(409, `There is no message on +${person.digits} to react to.`);
  return receive(sim, person, target.number, {
    type: "reaction",
    reaction: { message_id: target.wamid, emoji: reaction.emoji },
  });
}

/** WhatsApp's own menu for marketing messages: a field of its own, and 131050 for what is sent afterwards. */
// behaviour: user-preferences
export function setMarketingPreference(
  sim: Simulation,
  person: Person,
  preference: { value: "stop" | "resume"; phoneNumberId?: string | undefined },
): Promise<void> {
  const number = numberFor(sim, person, preference.phoneNumberId);
  if (preference.value === "stop") person.stoppedMarketing.add(number.id);
  else person.stoppedMarketing.delete(number.id);
  const { contact } = appearanceOf(sim.world, person, number);
  const seconds = Number(secondsOf(sim.clock.now()));
  sim.changed();
  return sim.outbox.tell(wabaOf(sim.world, number), {
    kind: "field",
    field: "user_preferences",
    hasTime: false,
    number,
    value: { contacts: [contact], user_preferences: [preferenceOf(preference.value, seconds, contact)] },
  });
}

/** Opens the chat: everything that was delivered is read. */
export async function openChat(sim: Simulation, person: Person): Promise<void> {
  const unread = person.thread.filter(
    (item): item is AcceptedMessage =>
      item.origin === "business" && item.statuses.some(({ status }) => status === "delivered"),
  );
  await Promise.all(unread.map((message) => markRead(sim, message)));
}

/** A phone that is off gets nothing; what waited is delivered when it is on again. */
export function switchPhone(sim: Simulation, person: Person, isOn: boolean): void {
  person.phoneIsOn = isOn;
  const waiting = isOn ? person.waiting.splice(0) : [];
  for (const report of waiting) report();
  sim.changed();
}

/** The business number of the last message, or the only one there is. */
export function numberFor(sim: Simulation, person: Person, phoneNumberId: string | undefined): PhoneNumber {
  const number =
    phoneNumberId === undefined
      ? (person.thread.at(-1)?.number ?? sim.world.numbers.values().next().value)
      : sim.world.numbers.get(phoneNumberId);
  if (!number)
    throw new SimulatorError(404, `There is no business number ${phoneNumberId ?? ""}. Seed one first.`);
  return number;
}

function receive(
  sim: Simulation,
  person: Person,
  number: PhoneNumber,
  content: Omit<InboundMessage, "id" | "timestamp">,
): { received: ReceivedMessage; posted: Promise<void> } {
  const sentAtMs = sim.clock.now();
  const isUsernameOnly = sim.faults.strike(["username_only"], {
    phoneNumberId: number.id,
    phone: person.digits,
  });
  const mode = isUsernameOnly ? "username_without_phone" : person.userIdMode;
  const seen = named(sim, person, number, appearanceOf(sim.world, person, number, mode));
  const message: InboundMessage = {
    ...(seen.phone === undefined ? {} : { from: seen.phone }),
    ...(seen.userId === undefined ? {} : { from_user_id: seen.userId }),
    ...(seen.parentUserId === undefined ? {} : { from_parent_user_id: seen.parentUserId }),
    id: sim.ids.wamid(seen.phone ?? seen.userId ?? person.digits, "from_customer"),
    timestamp: secondsOf(sentAtMs),
    ...content,
  };
  const received: ReceivedMessage = {
    origin: "person",
    wamid: message.id,
    number,
    person,
    message,
    sentAtMs,
    readByBusiness: false,
  };
  // behaviour: window-opens-per-number
  person.lastWroteMs.set(number.id, sentAtMs);
  person.thread.push(received);
  if (person.thread.length > THREAD_KEPT_MAX) person.thread.shift();
  keepNewest(sim.world.received, received.wamid, received, RECEIVED_KEPT_MAX);
  sim.world.counts.received += 1;
  sim.changed();
  const posted = sim.outbox.tell(wabaOf(sim.world, number), {
    kind: "message",
    field: person.heldByAgent.has(number.id) ? "standby" : "messages",
    number,
    message,
    contact: seen.contact,
  });
  return { received, posted };
}
