import type { Fault } from "./faults.ts";
import type { SendRequest } from "./messages/send-request.ts";
import type { UserIdMode } from "./people/user-id-modes.ts";
import type { TemplateCategory, TemplateStatus } from "./templates/definition.ts";
import type { RenderedMessage } from "./templates/render.ts";
import type { InboundMessage, StatusName } from "./webhooks/bodies.ts";
import type { AnswerGiven, WorldCounts } from "./world.ts";

/**
 * What the simulator shows of itself, to tests and to the phone view. Plain JSON; every time is in milliseconds
 * since the epoch on the simulator's clock. Types only: the page imports this file too.
 */
export interface AcceptedView {
  wamid: string;
  wabaId: string;
  phoneNumberId: string;
  /** What was sent in `to` or `recipient`. */
  input: string;
  /** E.164 with `+`; absent when Meta would have dropped the message without a word. */
  phone?: string;
  type: string;
  template?: { name: string; language: string };
  /** `biz_opaque_callback_data` of the request. */
  callbackData?: string;
  messageStatus?: string;
  /** When the POST arrived. */
  postedAtMs: number;
  /** What the caller was told; anything but `ok` leaves it in doubt. */
  answer: AnswerGiven;
  statuses: StatusView[];
  request: SendRequest;
}

export interface StatusView {
  status: StatusName;
  atMs: number;
  /** Meta's error code of a failed status. */
  code?: number;
}

export interface ReceivedView {
  wamid: string;
  phoneNumberId: string;
  phone: string;
  sentAtMs: number;
  readByBusiness: boolean;
  message: InboundMessage;
}

export interface DeliveryView {
  id: string;
  appId: string;
  url: string;
  /** The body as text, as it was signed before any flaw. */
  body: string;
  signature?: string;
  /** How many updates of each kind: by status name, `messages`, or another field. */
  holds: Record<string, number>;
  createdAtMs: number;
  state: "pending" | "delivered" | "dropped";
  attempts: { atMs: number; status?: number; error?: string; tookMs: number }[];
}

export interface SimulatorCounts extends WorldCounts {
  /** Webhook posts under way, or waiting for their batch. */
  webhooksUnderWay: number;
}

export interface SimulatorState {
  /** Grows with every change. */
  revision: number;
  nowMs: number;
  counts: SimulatorCounts;
  /** The newest STATE_MESSAGES_MAX, oldest first. */
  accepted: AcceptedView[];
  received: ReceivedView[];
  deliveries: DeliveryView[];
}

/** Everything the phone view needs to draw itself once. */
export interface PhoneView {
  nowMs: number;
  /** Whether time was moved: the page then says so. */
  counts: SimulatorCounts;
  people: PersonView[];
  chosen?: PersonView & { thread: ThreadItem[] };
  faults: Fault[];
  templates: TemplateView[];
  deliveries: DeliverySummary[];
  business: { name: string; number: string };
}

export interface PersonView {
  phone: string;
  name: string;
  username?: string;
  userIdMode: UserIdMode;
  userId?: string;
  onWhatsApp: boolean;
  phoneIsOn: boolean;
  readsByThemselves: boolean;
  hasStoppedMarketing: boolean;
  lastText: string;
  lastAtMs?: number;
}

export type ThreadItem =
  | {
      origin: "business";
      wamid: string;
      atMs: number;
      status: "accepted" | StatusName;
      code?: number;
      template?: string;
      content: RenderedMessage;
    }
  | { origin: "person"; wamid: string; atMs: number; readByBusiness: boolean; text: string };

export interface TemplateView {
  id: string;
  name: string;
  language: string;
  category: TemplateCategory;
  status: TemplateStatus;
}

export interface DeliverySummary {
  id: string;
  what: string;
  url: string;
  createdAtMs: number;
  state: "pending" | "delivered" | "dropped";
  attempts: number;
  lastAnswer: string;
}
