import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REASON_CODES } from "../policy/index.ts";
import type {
  AttemptSeen,
  ConsentSeen,
  EventSeen,
  ExplainedMessage,
  StatusSeen,
  VerdictSeen,
} from "./explain-store.ts";
import { type TimelineParts, timelineOf } from "./timeline.ts";

const START = Date.UTC(2026, 2, 14, 9, 26, 53);
const after = (ms: number) => new Date(START + ms);

const EVENT: EventSeen = {
  event_id: "event_1",
  type: "order.placed",
  entity_label: "#1042",
  origin: "push",
  occurred_at: after(-500),
  received_at: after(0),
};

const CONSENT: ConsentSeen = {
  consent_id: "consent_1",
  contact_id: "contact_1",
  purpose: "order-updates",
  channel: "whatsapp",
  state: "given",
  assurance: "claimed",
  entity_type: "order",
  entity_ref: "order_1",
  method: "checkout_box",
  wording_id: "checkout-order-updates",
  wording_version: "2026-03",
  wording_language: "en",
  wording_text: "Send me updates about this order on WhatsApp.",
  occurred_at: after(-60_000),
  recorded_at: after(0),
};

const MESSAGE: ExplainedMessage = {
  message_id: "message_1",
  event_id: EVENT.event_id,
  event_type: EVENT.type,
  entity_type: "order",
  entity_ref: "order_1",
  entity_label: EVENT.entity_label,
  origin: "push",
  occurred_at: EVENT.occurred_at,
  received_at: EVENT.received_at,
  rule_id: "order-confirmation",
  contact_id: CONSENT.contact_id,
  purpose: CONSENT.purpose,
  channel: "whatsapp",
  template: "order_confirmation",
  language: "en",
  state: "read",
  reason_code: null,
  reason_detail: null,
  consent_id: CONSENT.consent_id,
  evidence_kind: "consent",
  has_values: true,
  expires_at: new Date("2026-11-24T10:00:00Z"),
  created_at: after(0),
  updated_at: after(0),
};

const ATTEMPT: AttemptSeen = {
  attempt_id: "attempt_1",
  message_id: MESSAGE.message_id,
  n: 1,
  started_at: after(20),
  finished_at: after(90),
  outcome: "accepted",
  graph_code: null,
  reason_code: null,
};

function verdict(action: string, outcome: string, at = after(0)): VerdictSeen {
  return { message_id: MESSAGE.message_id, action, actor_id: null, at, outcome };
}

function status(name: StatusSeen["status"], atMs: number, receivedMs: number): StatusSeen {
  return {
    message_id: MESSAGE.message_id,
    status: name,
    // Meta tells whole seconds.
    provider_at: new Date(Math.floor((START + atMs) / 1_000) * 1_000),
    received_at: after(receivedMs),
    error_code: null,
    price_type: null,
    price_category: null,
  };
}

const NOTHING: TimelineParts = {
  events: [],
  hasAllMessages: true,
  messages: [],
  verdicts: [],
  attempts: [],
  statuses: [],
  replies: [],
  consents: [],
  refusedClaims: [],
  untold: [],
};

const QUEUED: TimelineParts = {
  ...NOTHING,
  events: [EVENT],
  messages: [MESSAGE],
  consents: [CONSENT],
  verdicts: [verdict("message.decided", "queued")],
};

const sentencesOf = (parts: TimelineParts) => timelineOf(parts).map(({ sentence }) => sentence);
const kindsOf = (parts: TimelineParts) => timelineOf(parts).map(({ kind }) => kind);

describe("the story of a message", () => {
  test("is told from the event to the last status, causes before effects at the same moment", () => {
    const story = {
      ...QUEUED,
      attempts: [ATTEMPT],
      statuses: [status("read", 2_000, 2_600), status("sent", 100, 300), status("delivered", 900, 1_100)],
      replies: [
        { message_id: MESSAGE.message_id, kind: "text", reading: "opt_out", provider_at: after(9_000) },
      ],
    };
    expect(kindsOf(story)).toEqual([
      "event_seen",
      "consent",
      "decided",
      "attempted",
      "answered",
      "status",
      "status",
      "status",
      "reply",
    ]);
    expect(sentencesOf(story)).toEqual([
      "Order placed in the shop.",
      "The customer opted in to order updates with this order, and has not confirmed it on WhatsApp.",
      "To be sent as order_confirmation: allowed by the opt-in given on 2026-03-14 (wording checkout-order-updates, version 2026-03).",
      "Sent to Meta (attempt 1).",
      "Meta accepted it.",
      "Meta sent it to the phone.",
      "It was delivered.",
      "It was read.",
      "The customer answered and opted out.",
    ]);
  });

  test("says that no rule was on for an event of which nothing was made (D 3.5)", () => {
    const told = { ...NOTHING, events: [EVENT] };
    expect(sentencesOf(told)).toEqual([
      "Order placed in the shop. No automation for it was on, so nothing was sent.",
    ]);
    // Where more was made of the order than is shown, nobody can say so.
    expect(sentencesOf({ ...told, hasAllMessages: false })).toEqual(["Order placed in the shop."]);
  });

  test("shows the exact words that the person agreed to", () => {
    const consent = timelineOf(QUEUED).find(({ kind }) => kind === "consent");
    expect(consent?.detail).toMatchObject({ wording: CONSENT.wording_text, wording_version: "2026-03" });
  });

  test.each([
    ["keyword", "The customer opted out of order updates."],
    ["admin", "The shop recorded that the customer opted out of order updates."],
    ["same_person", "The customer opted out of order updates under another number or WhatsApp account."],
    [
      "number_changed",
      "The customer changed their number or WhatsApp account, which ended the opt-in to order updates here.",
    ],
    [
      "user_id_changed",
      "The customer changed their number or WhatsApp account, which ended the opt-in to order updates here.",
    ],
    ["box_unticked", "The opt-in to order updates was taken back in this order."],
  ])("says of a withdrawal by %s who did what (D 10.8)", (method, sentence) => {
    const consents = [{ ...CONSENT, state: "withdrawn" as const, method }];
    expect(sentencesOf({ ...NOTHING, consents })).toEqual([sentence]);
  });

  test("does not call a field that was set later an opt-in of the customer (D 9.14)", () => {
    const consents = [{ ...CONSENT, method: "ticked_later" }];
    expect(sentencesOf({ ...NOTHING, consents })).toEqual([
      "The opt-in to order updates was set in this order later, which the customer has not confirmed on WhatsApp.",
    ]);
  });

  test("says that a sweep found what the shop's own event did not tell", () => {
    const events = [{ ...EVENT, origin: "sweep" as const }];
    expect(sentencesOf({ ...NOTHING, events })[0]).toContain("Found by a later look");
  });

  test("names the request behind a security notice, not a consent", () => {
    const messages = [{ ...MESSAGE, evidence_kind: "security_request", consent_id: null }];
    expect(sentencesOf({ ...QUEUED, messages, consents: [] })).toContain(
      "To be sent as order_confirmation: a security notice that the customer asked for.",
    );
  });

  test("tells each outcome of an attempt apart", () => {
    const outcomes = ["accepted", "refused", "not_sent", "unknown"] as const;
    const attempts = outcomes.map((outcome, index) => ({
      ...ATTEMPT,
      attempt_id: `attempt_${index}`,
      outcome,
    }));
    const answers = timelineOf({ ...QUEUED, attempts }).filter(({ kind }) => kind === "answered");
    expect(new Set(answers.map(({ sentence }) => sentence)).size).toBe(outcomes.length);
  });

  test("an attempt under way has no answer yet", () => {
    expect(
      kindsOf({ ...NOTHING, attempts: [{ ...ATTEMPT, finished_at: null, outcome: "started" }] }),
    ).toEqual(["attempted"]);
  });

  test("names Meta's code where there is one", () => {
    const attempts = [{ ...ATTEMPT, outcome: "refused" as const, graph_code: 132015 }];
    expect(sentencesOf({ ...NOTHING, attempts })).toContain("Meta refused it (error 132015).");
    const failed = { ...status("failed", 100, 300), error_code: 131050 };
    expect(sentencesOf({ ...NOTHING, statuses: [failed] })).toEqual([
      "Meta reported that it failed (error 131050).",
    ]);
  });
});

describe("why not", () => {
  test.each(REASON_CODES)("%s is told in a sentence wherever it stands in a message's life", (code) => {
    const messages = [{ ...MESSAGE, state: "blocked" as const, reason_code: code }];
    const verdicts = [
      verdict("message.decided", `blocked:${code}`),
      verdict("message.held", code),
      verdict("message.blocked", code),
    ];
    for (const sentence of sentencesOf({ ...NOTHING, messages, verdicts })) {
      expect(sentence).toMatch(/^[A-Z].{10,}\S$/);
      expect(sentence).not.toBe("Not sent.");
    }
  });

  test("the detail belongs to the present reason; an older one is told without it", () => {
    const messages = [
      {
        ...MESSAGE,
        state: "blocked" as const,
        reason_code: "parameter_missing",
        reason_detail: "order_code",
      },
    ];
    const verdicts = [
      verdict("message.decided", "held:template_not_approved"),
      verdict("message.blocked", "parameter_missing", after(50)),
    ];
    const [held, blocked] = sentencesOf({ ...NOTHING, messages, verdicts });
    expect(held).not.toContain("order_code");
    expect(blocked).toContain("order_code");
  });

  test("a code of a newer version is still no silence", () => {
    const verdicts = [verdict("message.decided", "blocked:something_new")];
    expect(sentencesOf({ ...NOTHING, messages: [MESSAGE], verdicts })).toEqual(["Not sent."]);
  });

  test("what a person decided names that person", () => {
    const verdicts = ["message.released", "message.cancelled"].map((action) => ({
      ...verdict(action, "done"),
      actor_id: "user_7",
    }));
    expect(timelineOf({ ...NOTHING, messages: [MESSAGE], verdicts })).toMatchObject([
      { kind: "released", detail: { by: "user_7" } },
      { kind: "cancelled", detail: { by: "user_7" } },
    ]);
  });
});

test.each([
  ["person_restricted", "data is being erased"],
  ["entity_deleted", "the shop deleted the order"],
])("what was cancelled as %s says so, and blames nobody", (outcome, why) => {
  const verdicts = [verdict("message.cancelled", outcome)];
  const [entry] = timelineOf({ ...NOTHING, messages: [MESSAGE], verdicts });
  expect(entry).toMatchObject({ kind: "cancelled", sentence: expect.stringContaining(why) });
});

describe("the order of statuses", () => {
  const all = [status("sent", 0, 400), status("delivered", 300, 500), status("read", 600, 900)];

  test("in whatever order they arrived, the story is the same", () => {
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length });
    fc.assert(
      fc.property(shuffled, (statuses) => {
        const told = timelineOf({ ...QUEUED, attempts: [ATTEMPT], statuses });
        expect(told).toEqual(timelineOf({ ...QUEUED, attempts: [ATTEMPT], statuses: all }));
        expect(told.slice(-3).map(({ detail }) => detail["status"])).toEqual(["sent", "delivered", "read"]);
      }),
    );
  });

  test("of one second is the order that they must have had, even when a later one was received first", () => {
    const statuses = [status("read", 600, 100), status("delivered", 300, 500), status("sent", 0, 900)];
    expect(timelineOf({ ...NOTHING, statuses }).map(({ detail }) => detail["status"])).toEqual([
      "sent",
      "delivered",
      "read",
    ]);
  });

  test("a status stands after the attempt of the same second that it tells of", () => {
    // Meta's second began before our attempt did.
    expect(kindsOf({ ...NOTHING, attempts: [ATTEMPT], statuses: [status("sent", 0, 400)] })).toEqual([
      "attempted",
      "answered",
      "status",
    ]);
  });
});

test("what the shop told of and could not be read stands in the timeline with what to do", () => {
  const at = new Date("2026-03-14T09:30:00Z");
  const untold = [
    {
      type: "order",
      entityId: "order_1",
      state: "order.placed",
      tries: 1,
      outcome: "nothing_to_tell",
      receivedAt: at,
      dueAt: at,
      doneAt: at,
      parkedAt: null,
    },
  ];
  expect(timelineOf({ ...NOTHING, untold })).toEqual([
    {
      at: at.toISOString(),
      kind: "decided",
      message_id: null,
      sentence:
        "Order placed in the shop. Nobody is written to: it is not at the platform any more, or what is there does not say the same.",
      detail: { standing: "not_told", reason: "nothing_to_tell", tries: 1, told_at: at.toISOString() },
    },
  ]);
});
