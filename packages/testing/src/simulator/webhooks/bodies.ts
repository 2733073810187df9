import { statusError } from "../graph-errors.ts";
import { asWhatsAppWrites } from "../people/rewritten-numbers.ts";
import { encodeWamid } from "../wamid.ts";

/** The shapes of Meta's WhatsApp webhooks, as far as the simulator sends them. */
export interface WebhookBody {
  object: "whatsapp_business_account";
  entry: WebhookEntry[];
}

export interface WebhookEntry {
  /** The id of the WhatsApp Business Account. */
  id: string;
  /** Seconds since the epoch; Meta leaves it out of `messages` entries. */
  time?: number;
  changes: WebhookChange[];
}

export interface WebhookChange {
  field: string;
  value: Record<string, unknown>;
}

export const STATUS_NAMES = ["sent", "delivered", "read", "failed", "played"] as const;
export type StatusName = (typeof STATUS_NAMES)[number];

export interface WebhookContact {
  profile: { name: string; username?: string };
  wa_id?: string;
  user_id?: string;
  parent_user_id?: string;
}

export interface WebhookStatus {
  id: string;
  status: StatusName;
  /** Seconds since the epoch, as a string. */
  timestamp: string;
  recipient_id?: string;
  recipient_user_id?: string;
  recipient_parent_user_id?: string;
  biz_opaque_callback_data?: string;
  conversation?: object;
  pricing?: object;
  errors?: object[];
}

export interface InboundMessage {
  from?: string;
  from_user_id?: string;
  from_parent_user_id?: string;
  id: string;
  /** Seconds since the epoch, as a string. */
  timestamp: string;
  type: string;
  context?: { from?: string; id: string };
  text?: { body: string };
  button?: { payload: string; text: string };
  interactive?: object;
  reaction?: { message_id: string; emoji: string };
  referral?: object;
  system?: object;
}

/** Whose webhook it is. Every factory takes any of these and fills in Meta's documentation placeholders. */
export interface WebhookSender {
  wabaId?: string;
  phoneNumberId?: string;
  displayPhoneNumber?: string;
}

export interface WebhookPerson {
  /** With or without `+`, in any way of writing it: the webhook has it as WhatsApp does. */
  phone?: string;
  name?: string;
  userId?: string;
}

const SENDER = {
  wabaId: "102290129340398",
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "15550783881",
};
const PERSON = { phone: "+16505551234", name: "Sheena Nelson" };
const AT_SECONDS = 1_790_000_000;

export function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** One `messages` change: what it holds, for which number. */
export function messagesChange(
  number: { id: string; digits: string },
  content: { contacts?: WebhookContact[]; statuses?: WebhookStatus[]; messages?: InboundMessage[] },
  field = "messages",
): WebhookChange {
  return {
    value: {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: number.digits, phone_number_id: number.id },
      ...content,
    },
    field,
  };
}

export interface StatusWebhookOptions extends WebhookSender, WebhookPerson {
  status: StatusName;
  wamid?: string;
  /** Seconds since the epoch. */
  atSeconds?: number;
  callbackData?: string;
  pricing?: object;
  errorCode?: number;
}

/**
 * A status webhook of one message.
 * @example statusWebhook({ status: "delivered", wamid, callbackData: "v1.4711" })
 */
export function statusWebhook(options: StatusWebhookOptions): WebhookBody {
  return bodyOf(options, { ...contactsOf(options), statuses: [statusOf(options)] });
}

/**
 * Many statuses in one POST, dealt out in turn over the given senders: one entry a sender.
 * @example statusBatch(1000, (n) => ({ status: "read", wamid: wamids[n] }), [senderA, senderB])
 */
export function statusBatch(
  count: number,
  status: (n: number) => StatusWebhookOptions,
  senders: WebhookSender[] = [{}],
): WebhookBody {
  const dealt = senders.map(() => [] as WebhookStatus[]);
  for (let n = 0; n < count; n++) dealt[n % senders.length]?.push(statusOf(status(n)));
  const entry = senders.flatMap((sender, index) => bodyOf(sender, { statuses: dealt[index] ?? [] }).entry);
  return { object: "whatsapp_business_account", entry };
}

export interface InboundOptions extends WebhookSender, WebhookPerson {
  wamid?: string;
  /** Seconds since the epoch. */
  atSeconds?: number;
  /** The wamid that is answered. */
  repliesTo?: string;
}

/** A text message from a person. */
export function inboundText(options: InboundOptions & { text: string }): WebhookBody {
  return inbound(options, { type: "text", text: { body: options.text } });
}

/** A tap on a quick-reply button of a template. */
export function inboundButton(options: InboundOptions & { text: string; payload?: string }): WebhookBody {
  return inbound(options, {
    type: "button",
    button: { payload: options.payload ?? options.text, text: options.text },
  });
}

/** The person stopped, or resumed, marketing messages in WhatsApp's own menu. */
export function userPreferences(
  options: WebhookSender & WebhookPerson & { value: "stop" | "resume"; atSeconds?: number },
): WebhookBody {
  const contacts = contactsOf(options);
  return bodyOf(
    options,
    {
      ...contacts,
      user_preferences: [preferenceOf(options.value, options.atSeconds ?? AT_SECONDS, contacts.contacts[0])],
    },
    "user_preferences",
  );
}

export function preferenceOf(
  value: "stop" | "resume",
  atSeconds: number,
  contact: WebhookContact | undefined,
) {
  return {
    ...(contact?.wa_id === undefined ? {} : { wa_id: contact.wa_id }),
    ...(contact?.user_id === undefined ? {} : { user_id: contact.user_id }),
    detail:
      value === "stop"
        ? "User requested to stop marketing messages"
        : "User requested to resume marketing messages",
    category: "marketing_messages",
    value,
    timestamp: atSeconds,
  };
}

function inbound(options: InboundOptions, content: Omit<InboundMessage, "id" | "timestamp">): WebhookBody {
  const digits = digitsFor(options);
  const message: InboundMessage = {
    from: digits,
    ...(options.userId === undefined ? {} : { from_user_id: options.userId }),
    id: options.wamid ?? encodeWamid(digits, "from_customer", "3A4A6599AEE038101440"),
    timestamp: String(options.atSeconds ?? AT_SECONDS),
    ...(options.repliesTo === undefined
      ? {}
      : {
          context: { from: options.displayPhoneNumber ?? SENDER.displayPhoneNumber, id: options.repliesTo },
        }),
    ...content,
  };
  return bodyOf(options, { ...contactsOf(options), messages: [message] });
}

function bodyOf(sender: WebhookSender, content: Record<string, unknown>, field?: string): WebhookBody {
  const number = {
    id: sender.phoneNumberId ?? SENDER.phoneNumberId,
    digits: sender.displayPhoneNumber ?? SENDER.displayPhoneNumber,
  };
  return {
    object: "whatsapp_business_account",
    entry: [{ id: sender.wabaId ?? SENDER.wabaId, changes: [messagesChange(number, content, field)] }],
  };
}

function digitsFor(person: WebhookPerson): string {
  return asWhatsAppWrites((person.phone ?? PERSON.phone).replace("+", ""));
}

function contactsOf(person: WebhookPerson): { contacts: WebhookContact[] } {
  return {
    contacts: [
      {
        profile: { name: person.name ?? PERSON.name },
        wa_id: digitsFor(person),
        ...(person.userId === undefined ? {} : { user_id: person.userId }),
      },
    ],
  };
}

function statusOf(options: StatusWebhookOptions): WebhookStatus {
  const digits = digitsFor(options);
  return {
    id: options.wamid ?? encodeWamid(digits, "from_business", "711925A917099AEE3F"),
    status: options.status,
    timestamp: String(options.atSeconds ?? AT_SECONDS),
    recipient_id: digits,
    ...(options.userId === undefined ? {} : { recipient_user_id: options.userId }),
    ...(options.callbackData === undefined ? {} : { biz_opaque_callback_data: options.callbackData }),
    ...(options.pricing === undefined ? {} : { pricing: options.pricing }),
    ...(options.errorCode === undefined ? {} : { errors: [statusError(options.errorCode)] }),
  };
}
