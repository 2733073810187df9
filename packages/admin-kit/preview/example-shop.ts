import type {
  AlertSummary,
  AnswerSummary,
  ConsentSummary,
  MessageState,
  MessageSummary,
  RuleSummary,
  SenderCheck,
  SenderSummary,
  TemplateSummary,
  TimelineEntry,
  UnsureSummary,
} from "@webxkey/core/contract";
import type { Me, Right, Settings } from "../src/client/admin-client.ts";
import type { Access, TeamMember } from "../src/client/host-client.ts";
import { busyMappingHost, type ExampleMappingHost, newMappingHost } from "./example-mapping.ts";

/** The moment at which the example plays; pages in tests and previews are given it as their `now`. */
export const NOW = new Date("2025-11-23T14:40:00Z");

/** Everything the example API answers from; a test changes what its rule is about. */
export interface ExampleShop {
  me: Me;
  access: Access;
  team: TeamMember[];
  settings: Settings;
  senders: SenderSummary[];
  checks: SenderCheck[];
  templates: TemplateSummary[];
  rules: RuleSummary[];
  messages: MessageSummary[];
  entries: TimelineEntry[];
  alerts: AlertSummary[];
  consents: ConsentSummary[];
  answers: AnswerSummary[];
  unsure: UnsureSummary[];
  mapping: ExampleMappingHost;
  /** How many events were given up. */
  parked: number;
}

const OWNER: Right[] = [
  "workspace:read",
  "workspace:write",
  "member:read",
  "member:write",
  "sender:read",
  "sender:connect",
  "sender:check",
  "template:read",
  "template:sync",
  "rule:read",
  "rule:write",
  "alert:read",
  "alert:acknowledge",
  "message:read",
  "message:release",
  "consent:read",
  "answer:read",
  "answer:mark",
  "unsure:read",
  "unsure:answer",
];

const VIEWER: Right[] = [
  "alert:read",
  "sender:read",
  "template:read",
  "rule:read",
  "message:read",
  "consent:read",
];

const TEA_OWNER = { name: "Tea Owner", email: "owner@tea-shop.example" };
const PACKER = { name: "Shop Packer", email: "packer@tea-shop.example" };

const ANSWER: AnswerSummary = {
  answer_id: "",
  kind: "text",
  text: null,
  from: "+9*******12",
  entity: { type: "order", ref: "order_7", label: "#1007" },
  message_id: null,
  quoted: false,
  at: "",
  read_at: null,
  read_by: null,
};

const WABA_ID = "102290129340398";

/** Before the first sender: what somebody sees who has just installed the product. */
export function newShop(): ExampleShop {
  return {
    me: {
      workspace: { id: "main", name: "Lanka Tea House" },
      user_id: "user_01JDAB3",
      role: "owner",
      rights: OWNER,
      graph_url: "http://127.0.0.1:9100",
    },
    access: { role: "owner", managers: [] },
    team: [
      { user_id: "user_01JDAB3", ...TEA_OWNER, role: "owner", since: "2025-11-20T08:00:00Z" },
      { user_id: "user_01JDAQ9", ...PACKER, role: null, since: null },
    ],
    settings: {
      stop_covers_security: false,
      security_notices_per_hour: 100,
      burst_per_hour: null,
      language: null,
    },
    senders: [],
    checks: [],
    templates: [],
    rules: [
      rule("order.placed", "order_confirmation", [
        { code: "no_sender", sentence: "No sender is connected: connect one first." },
      ]),
    ],
    messages: [],
    entries: [],
    alerts: [],
    consents: [],
    answers: [],
    unsure: [],
    mapping: newMappingHost(),
    parked: 0,
  };
}

/** A shop that has been sending for some days, with one of everything that can be seen. */
export function busyShop(): ExampleShop {
  return {
    ...newShop(),
    team: [
      { user_id: "user_01JDAB3", ...TEA_OWNER, role: "owner", since: "2025-11-20T08:00:00Z" },
      { user_id: "user_01JDAQ9", ...PACKER, role: "operator", since: "2025-11-21T09:30:00Z" },
      {
        user_id: "user_01JDAS2",
        name: null,
        email: "counter@tea-shop.example",
        role: null,
        since: null,
      },
      { user_id: "user_01JDA01", name: null, email: null, role: "viewer", since: "2025-11-20T10:00:00Z" },
    ],
    senders: [sender("connected")],
    checks: [
      { id: "token", ok: true, sentence: "The access token is valid and does not expire.", fix: null },
      { id: "number", ok: true, sentence: "The number is connected, with high quality.", fix: null },
      {
        id: "webhook",
        ok: false,
        sentence: "Meta sends this account's webhooks to another address.",
        fix: "Press Enter new credentials and connect again: that sets the address of this server at Meta.",
      },
      { id: "templates", ok: true, sentence: "4 of 5 templates are approved.", fix: null },
    ],
    templates: [
      template("order_confirmation", "en", "APPROVED"),
      template("order_confirmation", "si", "PENDING"),
      template("order_shipped", "en", "PAUSED"),
      template("order_refunded", "en", "APPROVED"),
      template("password_reset_notice", "en", "APPROVED"),
    ],
    rules: [
      { ...rule("order.placed", "order_confirmation"), languages: ["en", "si"], ...ON },
      {
        ...rule("order.shipped", "order_shipped", [
          {
            code: "template_paused",
            sentence:
              "Meta paused the template order_shipped: edit it at Meta, then get the templates again.",
          },
        ]),
        ...ON,
      },
      rule("order.refunded", "order_refunded"),
      rule("order.cancelled", "order_cancelled", [
        {
          code: "template_missing",
          sentence:
            "There is no template order_cancelled in English: create it at Meta and have it approved.",
        },
      ]),
      { ...rule("account.password_reset", "password_reset_notice"), purpose: "account-security", ...ON },
    ],
    messages: [
      message(7, "sent", { at: "2025-11-23T14:38:02Z" }),
      message(6, "held", {
        at: "2025-11-23T14:31:00Z",
        event_type: "order.refunded",
        template: "order_refunded",
        reason: {
          code: "wish_unknown",
          sentence: "Held: the shop's event was lost, so whether staff wished to notify is not known.",
        },
      }),
      message(5, "blocked", {
        at: "2025-11-23T12:05:00Z",
        recipient: null,
        language: null,
        reason: { code: "no_consent", sentence: "Not sent: no opt-in for order updates." },
      }),
      message(4, "read", { at: "2025-11-23T09:12:00Z" }),
      message(3, "failed", {
        at: "2025-11-22T18:44:00Z",
        reason: { code: "refused_by_meta", sentence: "Not sent: Meta says the number has no WhatsApp." },
      }),
      message(2, "delivered", {
        at: "2025-11-22T07:20:00Z",
        event_type: "order.shipped",
        template: "order_shipped",
      }),
      message(1, "cancelled", { at: "2024-12-30T10:00:00Z" }),
    ],
    entries: STORY,
    alerts: [{ ...DEAD_TOKEN }],
    consents: [
      {
        consent_id: uuid(900),
        purpose: "order-updates",
        channel: "whatsapp",
        state: "given",
        assurance: "claimed",
        entity: { type: "order", ref: "order_7" },
        method: "checkout_box",
        wording: {
          id: "checkout",
          version: "3",
          language: "en",
          text: "Send me updates about this order on WhatsApp. I can stop them at any time by answering STOP.",
        },
        occurred_at: "2025-11-22T22:47:40Z",
        recorded_at: "2025-11-22T22:47:41Z",
      },
    ],
    answers: [
      {
        ...ANSWER,
        answer_id: "0193b5a0-0000-7000-8000-00000000a001",
        text: "Where is my parcel?",
        quoted: true,
        at: "2025-11-23T14:20:00Z",
      },
      {
        ...ANSWER,
        answer_id: "0193b5a0-0000-7000-8000-00000000a002",
        kind: "media",
        at: "2025-11-23T13:05:00Z",
      },
    ],
    mapping: busyMappingHost(),
  };
}

/** The same shop for somebody who may only look. */
export function busyShopForViewer(): ExampleShop {
  const shop = busyShop();
  return { ...shop, me: { ...shop.me, role: "viewer", rights: VIEWER } };
}

/** The same shop for somebody who has an account in its admin and no role here. */
export function busyShopForStranger(): ExampleShop {
  const managers = [TEA_OWNER, { name: null, email: "boss@tea-shop.example" }];
  return { ...busyShop(), access: { role: null, managers } };
}

const ON = { active: true, activated_at: "2025-11-21T09:00:00Z" };

/** One message from the event to the phone, over midnight. */
const STORY: TimelineEntry[] = [
  entry("2025-11-22T22:47:41Z", "event_seen", "Order placed in the shop.", {
    event_type: "order.placed",
    origin: "subscriber",
  }),
  entry("2025-11-22T22:47:41Z", "consent", "The customer opted in to order updates with this order.", {
    state: "given",
    assurance: "claimed",
    wording_version: "3",
  }),
  entry(
    "2025-11-22T22:47:42Z",
    "decided",
    "To be sent as order_confirmation: allowed by the opt-in given on 2025-11-22.",
    {
      template: "order_confirmation",
      rule_id: "order-confirmation",
    },
  ),
  entry("2025-11-22T22:47:42Z", "attempted", "Sent to Meta (attempt 1).", { n: 1 }),
  entry("2025-11-22T22:47:44Z", "answered", "It did not reach Meta and is tried again.", {
    n: 1,
    outcome: "not_sent",
    code: null,
  }),
  entry("2025-11-23T06:00:10Z", "attempted", "Sent to Meta (attempt 2).", { n: 2 }),
  entry("2025-11-23T06:00:11Z", "answered", "Meta accepted it.", { n: 2, outcome: "accepted", code: null }),
  entry("2025-11-23T06:00:13Z", "status", "Meta sent it to the phone.", {
    status: "sent",
    price_type: "regular",
  }),
  entry("2025-11-23T06:00:15Z", "status", "It was delivered.", { status: "delivered" }),
];

function uuid(n: number): string {
  return `019ab000-0000-7000-8000-${String(n).padStart(12, "0")}`;
}

export function message(
  n: number,
  state: MessageState,
  { at = "2025-11-23T14:00:00Z", ...rest }: Partial<MessageSummary> & { at?: string } = {},
): MessageSummary {
  return {
    message_id: uuid(n),
    event_type: "order.placed",
    entity: { type: "order", ref: `order_${n}`, label: `#${1000 + n}` },
    rule_id: "order-confirmation",
    purpose: "order-updates",
    channel: "whatsapp",
    template: "order_confirmation",
    language: "en",
    state,
    reason: null,
    actions: state === "held" ? ["release", "cancel"] : [],
    useful_until: "2025-11-26T08:15:00Z",
    recipient: "+1*******34",
    created_at: at,
    updated_at: at,
    ...rest,
  };
}

export function entry(
  at: string,
  kind: TimelineEntry["kind"],
  sentence: string,
  detail: TimelineEntry["detail"] = {},
): TimelineEntry {
  return { at, kind, sentence, message_id: uuid(7), detail };
}

/** The shop's `n`th number. */
export function sender(state: SenderSummary["state"], n = 0): SenderSummary {
  return {
    sender_id: uuid(500 + n),
    channel: "whatsapp",
    state,
    display_phone_number: `+1 555 078 388${n + 1}`,
    verified_name: "Lanka Tea House",
    quality: "GREEN",
    waba_id: WABA_ID,
    phone_number_id: `10654035224292${n + 2}`,
    app_id: "670843887433847",
    connected_at: "2025-11-20T08:15:00Z",
    in_use: n === 0,
    token_expires_at: null,
  };
}

export function template(name: string, language: string, status: string): TemplateSummary {
  return {
    waba_id: WABA_ID,
    name,
    language,
    status,
    category: "UTILITY",
    quality: null,
    synced_at: "2025-11-23T13:00:00Z",
  };
}

export function rule(on: string, templateName: string, problems: RuleSummary["problems"] = []): RuleSummary {
  return {
    rule_id: on.replace(".", "-"),
    on,
    purpose: "order-updates",
    template: templateName,
    languages: ["en"],
    active: false,
    activated_at: null,
    problems,
  };
}

const DEAD_TOKEN: AlertSummary = {
  alert_id: "01941f29-7c00-7000-8000-000000000001",
  cause: "token_dead",
  sentence:
    "Meta refuses the access token of +1 555-078-3881. Its messages wait. Make a new token in Meta's business settings and connect the number again.",
  object: { type: "sender", id: "01941f29-7c00-7000-8000-000000000002" },
  raised_at: "2025-11-23T13:00:00.000Z",
  acknowledged: null,
  resolved_at: null,
};
