import { setTimeout as pause } from "node:timers/promises";
import type { Behaviour } from "./behaviour.ts";
import type { BehaviourId } from "./behaviours.ts";
import type { Fault, FaultRequest } from "./faults.ts";
import type { GraphRequestEntry } from "./graph/request-log.ts";
import type { OldMessage } from "./people/old-chats.ts";
import type { UserIdMode } from "./people/user-id-modes.ts";
import type { Seed } from "./seed.ts";
import { SimulatorError } from "./simulator-error.ts";
import type { TemplateStatus } from "./templates/definition.ts";
import type {
  AcceptedView,
  DeliveryView,
  PersonView,
  ReceivedView,
  SimulatorCounts,
  SimulatorState,
  TemplateView,
  ThreadItem,
} from "./views.ts";
import type { WebhookBody } from "./webhooks/bodies.ts";
import type { SignatureFlaw } from "./webhooks/signature.ts";

/** How a client reaches its simulator: in the same process, or over HTTP. */
export interface ControlTransport {
  url: string;
  call(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface AcceptedFilter {
  phone?: string;
  phoneNumberId?: string;
  template?: string;
  skip?: number;
  /** At most 10,000, which is also the default. */
  limit?: number;
}

/** A person's phone. Every action resolves when the simulator has done it, not when a webhook has arrived. */
export interface SimulatedPhone {
  reply(text: string, options?: { phoneNumberId?: string; repliesTo?: string }): Promise<ReceivedView>;
  /** Sends a message of any type, as Meta writes it: `{ type: "image", image: { id: "1", caption: "STOP" } }`. */
  send(
    message: { type: string; [content: string]: unknown },
    options?: { phoneNumberId?: string; repliesTo?: string },
  ): Promise<ReceivedView>;
  /** The shop shares a chat from before the number was connected: what both wrote comes under `history`. */
  shareOldChat(messages: OldMessage[], options?: { phoneNumberId?: string }): Promise<void>;
  /** Takes a new number to the account, and with it gets a new user id. Act on the new phone from then on. */
  changeNumber(to: string): Promise<void>;
  /** Gets a new user id under the same number. */
  changeUserId(): Promise<void>;
  /** A business agent of Meta takes the chat (what is written comes under `standby`), or gives it back. */
  heldByAgent(held: boolean, options?: { phoneNumberId?: string }): Promise<void>;
  /** Taps a reply button of the newest message that has it, by its label or payload. */
  tap(button: string, options?: { wamid?: string }): Promise<ReceivedView>;
  react(emoji: string, options?: { wamid?: string }): Promise<ReceivedView>;
  /** Comes in through an advertisement: opens the 72-hour free window. */
  enterFromAd(text: string, options?: { phoneNumberId?: string }): Promise<ReceivedView>;
  /** WhatsApp's own menu for marketing messages. */
  setMarketing(value: "stop" | "resume", options?: { phoneNumberId?: string }): Promise<void>;
  /** Opens the chat: everything delivered is read. */
  read(): Promise<void>;
  switchOff(): Promise<void>;
  switchOn(): Promise<void>;
  change(facts: {
    name?: string;
    username?: string;
    userIdMode?: UserIdMode;
    onWhatsApp?: boolean;
    readsByThemselves?: boolean;
  }): Promise<PersonView>;
  /** The person and the thread, as the phone shows it. */
  show(): Promise<PersonView & { thread: ThreadItem[] }>;
}

export interface SwitchedFault extends Fault {
  remove(): Promise<void>;
}

export interface GraphSimulator extends AsyncDisposable {
  /** The base of the Graph API, and of the phone view: `http://127.0.0.1:4010`. */
  url: string;
  seed(seed: Seed): Promise<void>;
  /** Sets an app's callback, after the `hub.challenge` handshake. Loopback URLs only. */
  setCallback(appId: string, callback: { url: string; verifyToken: string }): Promise<void>;
  /** Forgets messages, webhooks, faults and waiting work; keeps the account. */
  reset(): Promise<void>;

  state(): Promise<SimulatorState>;
  /** The counts of `state` alone, for those who ask often while it works. */
  counts(): Promise<SimulatorCounts>;
  /** Accepted messages, oldest first. */
  accepted(filter?: AcceptedFilter): Promise<AcceptedView[]>;
  /** What people wrote and tapped, oldest first. */
  received(): Promise<ReceivedView[]>;
  /** Graph calls and how they were answered, oldest first. */
  requests(): Promise<GraphRequestEntry[]>;
  /** The webhook delivery log, oldest first. */
  webhooks(): Promise<DeliveryView[]>;
  templates(): Promise<TemplateView[]>;
  behaviours(): Promise<{ behaviours: Record<BehaviourId, Behaviour>; notSimulated: string[] }>;

  /** Switches a fault on. */
  inject(fault: FaultRequest): Promise<SwitchedFault>;
  clearFaults(): Promise<void>;
  setTemplateStatus(
    name: string,
    status: TemplateStatus,
    options?: { language?: string; wabaId?: string; reason?: string },
  ): Promise<TemplateView[]>;
  /** `+16505551234`; a number nobody seeded is made up on first use. */
  phone(phone: string): SimulatedPhone;

  /** Posts a webhook of the log again, with a flaw in its signature if asked. */
  redeliver(webhookId: string, flaw?: SignatureFlaw): Promise<DeliveryView>;
  /** Signs any body as Meta would and posts it once. Resolves with what the receiver answered. */
  deliver(
    body: WebhookBody | Record<string, unknown>,
    options?: { appId?: string; url?: string; flaw?: SignatureFlaw },
  ): Promise<DeliveryView>;
  /** Moves the clock forward; resolves when everything that fell due has happened. */
  advance(ms: number): Promise<void>;
  /** Waits until the condition holds; rejects with the last state when the time is over. */
  until(
    condition: (state: SimulatorState) => boolean,
    options: { withinMs: number; what?: string },
  ): Promise<SimulatorState>;
  close(): Promise<void>;
}

const WAIT_SLICE_MS = 1_000;
/** Between two looks, so that waiting does not compete with the work it waits for. */
const BREATH_MS = 10;

export function simulatorClient({ url, call, close }: ControlTransport): GraphSimulator {
  const get = async <T>(path: string) => (await call("GET", path)) as T;
  const post = async <T>(path: string, body: object = {}) => (await call("POST", path, body)) as T;

  const client: GraphSimulator = {
    url,
    close,
    [Symbol.asyncDispose]: close,
    seed: (seed) => post("/seed", seed),
    setCallback: (appId, { url, verifyToken }) => post(`/apps/${appId}/callback`, { url, verifyToken }),
    async reset() {
      await call("DELETE", "/messages");
    },
    state: () => get("/state"),
    counts: () => get("/counts"),
    accepted: (filter = {}) => get(`/accepted?${new URLSearchParams(textValues(filter))}`),
    received: () => get("/received"),
    requests: () => get("/requests"),
    webhooks: () => get("/webhooks"),
    templates: () => get("/templates"),
    behaviours: () => get("/behaviours"),
    async inject(fault) {
      const added = await post<Fault>("/faults", fault);
      return {
        ...added,
        async remove() {
          await call("DELETE", `/faults/${added.id}`);
        },
      };
    },
    async clearFaults() {
      await call("DELETE", "/faults");
    },
    setTemplateStatus: (name, status, options = {}) =>
      post(`/templates/${name}/status`, { status, ...options }),
    phone: (phone) => phoneClient(call, phone),
    redeliver: (webhookId, flaw) =>
      post(`/webhooks/${webhookId}/redeliver`, flaw === undefined ? {} : { flaw }),
    deliver: (body, options = {}) => post("/webhooks", { body, ...options }),
    async advance(ms) {
      await post("/clock/advance", { ms });
    },
    until: (condition, options) => until(client, call, condition, options),
  };
  return client;
}

function phoneClient(call: ControlTransport["call"], phone: string): SimulatedPhone {
  const path = `/phones/${encodeURIComponent(phone)}`;
  const act = async <T>(action: string, body: object = {}) =>
    (await call("POST", `${path}/${action}`, body)) as T;
  const change = async (facts: object) => (await call("PATCH", path, facts)) as PersonView;
  return {
    reply: (text, options = {}) => act("reply", { text, ...options }),
    send: (message, options = {}) => act("send", { message, ...options }),
    shareOldChat: (messages, options = {}) => act("history", { messages, ...options }),
    changeNumber: (to) => act("number", { to }),
    changeUserId: () => act("user-id"),
    heldByAgent: (held, options = {}) => act("agent", { held, ...options }),
    tap: (button, options = {}) => act("tap", { button, ...options }),
    react: (emoji, options = {}) => act("react", { emoji, ...options }),
    enterFromAd: (text, options = {}) => act("from-ad", { text, ...options }),
    setMarketing: (value, options = {}) => act("preferences", { value, ...options }),
    read: () => act("read"),
    async switchOff() {
      await change({ phoneIsOn: false });
    },
    async switchOn() {
      await change({ phoneIsOn: true });
    },
    change,
    show: async () => (await call("GET", path)) as PersonView & { thread: ThreadItem[] },
  };
}

async function until(
  client: GraphSimulator,
  call: ControlTransport["call"],
  condition: (state: SimulatorState) => boolean,
  { withinMs, what = "the condition" }: { withinMs: number; what?: string },
): Promise<SimulatorState> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const state = await client.state();
    if (condition(state)) return state;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      throw new SimulatorError(
        409,
        `After ${withinMs} ms ${what} did not hold: ${JSON.stringify(state.counts)}`,
      );
    }
    await pause(BREATH_MS);
    await call(
      "GET",
      `/changes?after=${state.revision}&waitMs=${Math.ceil(Math.min(leftMs, WAIT_SLICE_MS))}`,
    );
  }
}

function textValues(filter: AcceptedFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).map(([key, value]) => [key, String(value)]));
}
