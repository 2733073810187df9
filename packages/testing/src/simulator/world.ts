import type { Pricing } from "./messages/pricing.ts";
import type { SendRequest } from "./messages/send-request.ts";
import type { UserIdMode } from "./people/user-id-modes.ts";
import { SimulatorError } from "./simulator-error.ts";
import type { TemplateDefinition, TemplateStatus } from "./templates/definition.ts";
import type { InboundMessage, StatusName } from "./webhooks/bodies.ts";

/** Everything the simulated Meta knows. Times are milliseconds since the epoch on the simulator's clock. */
export interface World {
  apps: Map<string, App>;
  portfolios: Map<string, Portfolio>;
  wabas: Map<string, Waba>;
  numbers: Map<string, PhoneNumber>;
  tokens: Map<string, Token>;
  /** By templateKey: unique per WABA, name and language. */
  templates: Map<string, Template>;
  /** By the digits under which WhatsApp knows them. */
  people: Map<string, Person>;
  /** Whether numbers are rewritten in the countries where WhatsApp does. */
  rewritesNumbers: boolean;
  /** One in so many people who are made up on first use hides the phone behind a username; 0: nobody does. */
  usernameAdopters: number;
  /** By digits as dialled: the digits that WhatsApp writes instead. */
  waIds: Map<string, string>;
  /** By `portfolio/user id`, filled when an id is first made. */
  peopleByUserId: Map<string, Person>;
  /** By wamid, oldest first. */
  accepted: Map<string, AcceptedMessage>;
  /** By wamid, oldest first. */
  received: Map<string, ReceivedMessage>;
  counts: WorldCounts;
}

export interface WorldCounts {
  accepted: number;
  refused: number;
  statuses: number;
  received: number;
  /** Accepted messages dropped from memory because more than ACCEPTED_KEPT_MAX were sent. */
  forgotten: number;
}

export interface App {
  id: string;
  name: string;
  secret: string;
  /** The version set on the app's webhook subscription decides the payload, not the version that was called. */
  webhookVersion: string;
  callback?: { url: string; verifyToken: string };
  requireAppSecretProof: boolean;
}

export const MESSAGING_LIMITS = ["TIER_250", "TIER_2K", "TIER_10K", "TIER_100K", "TIER_UNLIMITED"] as const;

export interface Portfolio {
  id: string;
  name: string;
  /** As Meta names how many people a day its numbers may write to; `TIER_2K` where nothing is said. Told, not enforced. */
  messagingLimit?: (typeof MESSAGING_LIMITS)[number] | undefined;
}

export interface Subscription {
  appId: string;
  overrideCallbackUri?: string;
}

export interface Waba {
  id: string;
  name: string;
  portfolioId: string;
  timezoneId: string;
  currency: string;
  subscriptions: Map<string, Subscription>;
  /** Template names that may not be used again before this time. */
  lockedNames: Map<string, number>;
  templateCreationsMs: number[];
}

export type NumberState = "connected" | "unregistered" | "locked" | "maintenance" | "payment_issue";

export interface PhoneNumber {
  id: string;
  wabaId: string;
  displayPhoneNumber: string;
  digits: string;
  verifiedName: string;
  state: NumberState;
  qualityRating: "GREEN" | "YELLOW" | "RED" | "UNKNOWN";
  nameStatus: string;
  messagesPerSecond: number;
  /** Only on Meta's test numbers: the digits of the people it may write to. */
  allowedRecipients?: string[];
}

export interface Token {
  value: string;
  appId: string;
  userId: string;
  scopes: string[];
  wabaIds: string[];
  issuedAtMs: number;
  /** Undefined for a token that never expires. */
  expiresAtMs?: number;
}

export interface Template extends TemplateDefinition {
  id: string;
  wabaId: string;
  status: TemplateStatus;
  rejectedReason: string;
  source?: string;
  qualityScore: string;
  pauses: number;
}

export interface Person {
  /** Digits of the phone number as WhatsApp writes it, without `+`. */
  digits: string;
  name: string;
  username?: string;
  userIdMode: UserIdMode;
  /** By portfolio: the same person has another id in every portfolio. */
  userIds: Map<string, string>;
  parentUserIds: Map<string, string>;
  onWhatsApp: boolean;
  phoneIsOn: boolean;
  readsByThemselves: boolean;
  /** By phone number id: when this person last wrote. */
  lastWroteMs: Map<string, number>;
  /** By phone number id: when this person came in through an advertisement. */
  enteredFromAdMs: Map<string, number>;
  /** Phone number ids whose chat with this person a business agent of Meta holds. */
  heldByAgent: Set<string>;
  /** Phone number ids from which this person stopped marketing messages. */
  stoppedMarketing: Set<string>;
  thread: (AcceptedMessage | ReceivedMessage)[];
  /** Statuses that wait until the phone is on again. */
  waiting: (() => void)[];
}

export interface StatusEvent {
  status: StatusName;
  atMs: number;
  code?: number;
}

/** What the caller of POST /messages was told. Everything but `ok` leaves it in doubt. */
export type AnswerGiven =
  | "ok"
  | "server_error"
  | "reset"
  | "hang"
  | "truncated_body"
  | "truncated_json"
  | "wrong_content_type"
  | "slow_drip";

export interface AcceptedMessage {
  origin: "business";
  wamid: string;
  number: PhoneNumber;
  /** Absent when the message was accepted and silently dropped. */
  person?: Person;
  input: string;
  toUserId: boolean;
  userIdMode: UserIdMode;
  request: SendRequest;
  template?: Template;
  pricing: Pricing;
  messageStatus?: "accepted" | "held_for_quality_assessment";
  receivedAtMs: number;
  answer: AnswerGiven;
  statuses: StatusEvent[];
  pricedReceipt: boolean;
}

export interface ReceivedMessage {
  origin: "person";
  wamid: string;
  number: PhoneNumber;
  person: Person;
  message: InboundMessage;
  sentAtMs: number;
  readByBusiness: boolean;
}

export const ACCEPTED_KEPT_MAX = 250_000;
export const RECEIVED_KEPT_MAX = 50_000;
export const THREAD_KEPT_MAX = 500;

export function createWorld(options: Pick<World, "rewritesNumbers" | "usernameAdopters">): World {
  return {
    ...options,
    waIds: new Map(),
    apps: new Map(),
    portfolios: new Map(),
    wabas: new Map(),
    numbers: new Map(),
    tokens: new Map(),
    templates: new Map(),
    people: new Map(),
    peopleByUserId: new Map(),
    accepted: new Map(),
    received: new Map(),
    counts: { accepted: 0, refused: 0, statuses: 0, received: 0, forgotten: 0 },
  };
}

/** Keeps the map within its limit by dropping the oldest entry; tells whether one was dropped. */
export function keepNewest<V>(map: Map<string, V>, key: string, value: V, max: number): boolean {
  map.set(key, value);
  if (map.size <= max) return false;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
  return true;
}

export function templateKey(wabaId: string, name: string, language: string): string {
  return `${wabaId}/${name}/${language}`;
}

export function templateById(world: World, id: string): Template | undefined {
  return [...world.templates.values()].find((template) => template.id === id);
}

export function wabaOf(world: World, number: PhoneNumber): Waba {
  const waba = world.wabas.get(number.wabaId);
  if (!waba)
    throw new SimulatorError(
      409,
      `The phone number ${number.id} belongs to WABA ${number.wabaId}, which is not seeded.`,
    );
  return waba;
}
