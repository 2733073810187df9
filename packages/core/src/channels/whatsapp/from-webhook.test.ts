import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../kernel/json.ts";
import {
  decideOnFailedStatus,
  parseWebhookBody,
  splitWebhook,
  type WebhookChange,
} from "../../meta/index.ts";
import type { ChannelFact } from "../facts.ts";
import { factsFromChange } from "./from-webhook.ts";

const RECEIVED_AT = new Date("2026-11-23T12:00:00Z");
const ATTEMPT = "0b9a5a3e-8f4b-4c1c-9a51-2f6b2f2f0a01";
const PHONE = "16505551234";
const BSUID = "US.13491208655302741918";
const CONTACTS = [{ profile: { name: "Sheena Nelson" }, wa_id: PHONE, user_id: BSUID }];

function change(field: string | undefined, value: Json): WebhookChange {
  const object = "whatsapp_business_account";
  return { object, wabaId: "102290129340398", entryTime: 1739321024, field, phoneNumberId: "1", value };
}

/** Facts with every masked value opened, so that a test can compare them. */
function factsOf(field: string | undefined, value: Json): unknown[] {
  return factsFromChange(change(field, value), RECEIVED_AT).map(opened);
}

function opened(value: unknown): unknown {
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  if ("reveal" in value && typeof value.reveal === "function") return value.reveal();
  if (Array.isArray(value)) return value.map(opened);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

const inbound = (more: Record<string, Json>, contacts: Json = CONTACTS): unknown =>
  factsOf("messages", {
    contacts,
    messages: [{ from: PHONE, from_user_id: BSUID, id: "wamid.in", timestamp: "1749416383", ...more }],
  })[0];

const status = (more: Record<string, Json>): unknown =>
  factsOf("messages", {
    statuses: [{ id: "wamid.out", status: "sent", timestamp: "1750263773", ...more }],
  })[0];

describe("a status", () => {
  it("names the message, our attempt, the recipient, the time and the price", () => {
    expect(
      status({
        status: "delivered",
        recipient_id: PHONE,
        recipient_user_id: BSUID,
        recipient_parent_user_id: "US.ENT.1",
        biz_opaque_callback_data: `v1.${ATTEMPT}`,
        pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
        conversation: { id: "c", origin: { type: "utility" } },
      }),
    ).toEqual({
      kind: "status",
      wamid: "wamid.out",
      status: "delivered",
      timestamp: new Date("2025-06-18T16:22:53Z"),
      attemptId: ATTEMPT,
      recipients: [{ phone: "+16505551234", bsuid: BSUID, parentBsuid: "US.ENT.1" }],
      errors: [],
      pricing: { billable: true, model: "PMP", type: "regular", category: "utility" },
    });
  });

  it.each([undefined, "", "msg:01HZX", ATTEMPT, "v1.", "v1.42", `v2.${ATTEMPT}`, 7, null])(
    "belongs to none of our attempts when its mark is %j",
    (mark) => {
      expect(status(mark === undefined ? {} : { biz_opaque_callback_data: mark })).toMatchObject({
        attemptId: undefined,
      });
    },
  );

  it.each(["sent", "delivered", "read", "played", "failed", "deleted"])("%s is known", (name) => {
    expect(status({ status: name })).toMatchObject({ kind: "status", status: name });
  });

  it("keeps a failure whose code is larger than any of Meta's, without the code", () => {
    const errors = [{ code: 2 ** 31, title: "t" }];
    const [fact] = factsOf("messages", {
      statuses: [{ id: "wamid.out", status: "failed", timestamp: "1", errors }],
    });
    expect(fact).toMatchObject({ kind: "status", status: "failed", errors: [] });
  });

  it("brings an error that the error table can decide on", () => {
    const errors = [{ code: 131049, title: "t", message: "m", error_data: { details: "d" }, href: "/x" }];
    const [fact] = factsFromChange(
      change("messages", { statuses: [{ id: "wamid.out", status: "failed", timestamp: "1", errors }] }),
      RECEIVED_AT,
    );
    if (fact?.kind !== "status" || !fact.errors[0]) throw new Error("no failed status");
    expect(decideOnFailedStatus(fact.errors[0]).reasonCode).toBe("recipient_capped");
    expect(opened(fact.errors[0])).toEqual({ code: 131049, message: "m", details: "d" });
  });

  it("of a group is about the participant, because the recipient is the group", () => {
    const group = {
      recipient_type: "group",
      recipient_id: "120363404694233820",
      recipient_participant_id: PHONE,
    };
    expect(status(group)).toMatchObject({ recipients: [{ phone: "+16505551234" }] });
  });

  it("is of the contact beside it too, found by id, or by being the only one (D 1.1)", () => {
    const sent = (id: string) => ({ id: "wamid.out", status: "sent", recipient_id: id });
    const contacts = [{ wa_id: "551187654321", user_id: "BR.1", parent_user_id: "BR.ENT.1" }];
    const contact = { phone: "+551187654321", bsuid: "BR.1", parentBsuid: "BR.ENT.1" };
    expect(factsOf("messages", { contacts, statuses: [sent("5511987654321")] })).toMatchObject([
      { recipients: [{ phone: "+5511987654321" }, contact] },
    ]);
    const two = [sent("5511987654321"), sent("551187654321")];
    expect(factsOf("messages", { contacts, statuses: two })).toMatchObject([
      { recipients: [{ phone: "+5511987654321" }] },
      { recipients: [{ phone: "+551187654321" }, contact] },
    ]);
  });

  it("reads a user id from the field for phones, and the parent id by its older name", () => {
    expect(status({ recipient_id: BSUID, parent_recipient_user_id: "US.ENT.1" })).toMatchObject({
      recipients: [{ phone: undefined, bsuid: BSUID, parentBsuid: "US.ENT.1" }],
    });
  });

  it.each([undefined, "", "soon", "0", -1, "99999999999999", null])(
    "with the time %j takes that of its arrival",
    (timestamp) => {
      expect(status(timestamp === undefined ? { timestamp: {} } : { timestamp })).toMatchObject({
        timestamp: RECEIVED_AT,
      });
    },
  );

  it.each<[string, Json]>([
    ["a new status", { id: "wamid.out", status: "imagined" }],
    ["one without an id", { status: "sent" }],
    ["a number", 7],
    ["null", null],
  ])("that is %s is unknown, and its neighbours are applied", (_name, odd) => {
    const good = { id: "wamid.out", status: "read", timestamp: "1750263773" };
    expect(factsOf("messages", { statuses: [good, odd, good] })).toMatchObject([
      { kind: "status" },
      { kind: "unknown", field: "messages" },
      { kind: "status" },
    ]);
  });
});

describe("an inbound message", () => {
  it("names who wrote what and when", () => {
    expect(inbound({ type: "text", text: { body: "STOP" } })).toEqual({
      kind: "inbound",
      messageKind: "text",
      wamid: "wamid.in",
      from: { phone: "+16505551234", bsuid: BSUID, parentBsuid: undefined },
      profileName: "Sheena Nelson",
      timestamp: new Date("2025-06-08T20:59:43Z"),
      text: "STOP",
      payload: undefined,
      said: [{ as: "words", text: "STOP" }],
      contextWamid: undefined,
      groupId: undefined,
      media: undefined,
      errors: [],
    });
  });

  const context = { from: "15550783881", id: "wamid.out" };
  const media = { id: "1003", mime_type: "image/jpeg", sha256: "x" };
  it.each<[string, Record<string, Json>, Record<string, unknown>]>([
    [
      "a reply",
      { type: "text", text: { body: "Yes" }, context },
      { messageKind: "text", contextWamid: "wamid.out" },
    ],
    [
      "a template button",
      { type: "button", button: { payload: "OPT_OUT:42", text: "Unsubscribe" }, context },
      { messageKind: "button", text: "Unsubscribe", payload: "OPT_OUT:42", contextWamid: "wamid.out" },
    ],
    [
      "a reply button",
      {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: "b1", title: "Change" } },
      },
      { messageKind: "interactive", text: "Change", payload: "b1" },
    ],
    [
      "a row of a list",
      {
        type: "interactive",
        interactive: { type: "list_reply", list_reply: { id: "r1", title: "Express" } },
      },
      { messageKind: "interactive", text: "Express", payload: "r1" },
    ],
    [
      "a flow",
      {
        type: "interactive",
        interactive: { type: "nfm_reply", nfm_reply: { response_json: "{}", body: "Sent" } },
      },
      { messageKind: "interactive", text: "Sent", payload: "{}" },
    ],
    [
      "a call permission",
      { type: "interactive", interactive: { type: "call_permission_reply", call_permission_reply: {} } },
      { messageKind: "interactive", text: undefined, payload: undefined },
    ],
    ["an interactive without content", { type: "interactive" }, { messageKind: "unsupported" }],
    [
      "an image",
      { type: "image", image: { ...media, caption: "Taj" } },
      { messageKind: "media", text: "Taj" },
    ],
    [
      "a video",
      { type: "video", video: media },
      { messageKind: "media", media: { type: "video", id: "1003" } },
    ],
    ["a voice note", { type: "audio", audio: { ...media, voice: true } }, { messageKind: "media" }],
    ["a sticker", { type: "sticker", sticker: media }, { messageKind: "media" }],
    [
      "a document",
      { type: "document", document: { ...media, filename: "invoice.pdf" } },
      { messageKind: "media", media: { filename: "invoice.pdf", mimeType: "image/jpeg" } },
    ],
    [
      "a location",
      { type: "location", location: { latitude: 1, longitude: 2 } },
      { messageKind: "location" },
    ],
    ["contacts", { type: "contacts", contacts: [] }, { messageKind: "contacts" }],
    [
      "a reaction",
      { type: "reaction", reaction: { message_id: "wamid.out", emoji: "👍" } },
      { messageKind: "reaction", text: "👍", contextWamid: "wamid.out" },
    ],
    [
      "a reaction taken back",
      { type: "reaction", reaction: { message_id: "wamid.out", emoji: "" } },
      { messageKind: "reaction", text: undefined, contextWamid: "wamid.out" },
    ],
    [
      "an edit",
      {
        type: "edit",
        edit: { original_message_id: "wamid.out", message: { type: "text", text: { body: "stop" } } },
      },
      { messageKind: "edit", text: "stop", contextWamid: "wamid.out" },
    ],
    [
      "a deletion",
      { type: "revoke", revoke: { original_message_id: "wamid.out" } },
      { messageKind: "revoke", contextWamid: "wamid.out" },
    ],
    ["an order", { type: "order", order: {} }, { messageKind: "order" }],
    [
      "a file too large",
      { type: "unsupported", errors: [{ code: 131052, title: "t" }] },
      { messageKind: "unsupported", errors: [{ code: 131052, message: "t" }] },
    ],
    ["a type of next year", { type: "hologram" }, { messageKind: "other" }],
    ["no type at all", {}, { messageKind: "other" }],
    [
      "a group",
      { type: "text", text: { body: "Hi" }, group_id: "Y2Fw" },
      { messageKind: "text", groupId: "Y2Fw" },
    ],
  ])("is read from %s", (_name, more, expected) => {
    expect(inbound(more)).toMatchObject({ kind: "inbound", ...expected });
  });

  it("comes from a person without a phone, and one without a user id", () => {
    const adopter = { from: "", from_user_id: BSUID, from_parent_user_id: "US.ENT.1", type: "text" };
    expect(inbound(adopter, [])).toMatchObject({
      from: { phone: undefined, bsuid: BSUID, parentBsuid: "US.ENT.1" },
    });
    const legacy = factsOf("messages", { messages: [{ from: PHONE, id: "wamid.in", type: "text" }] });
    expect(legacy).toMatchObject([{ from: { phone: "+16505551234", bsuid: undefined } }]);
  });

  it("gets name and missing ids from the contact of the same person, not from the one at its index", () => {
    const messages = [{ from: PHONE, id: "wamid.in", type: "text", timestamp: "1" }];
    const contacts = [{ wa_id: "15550001111", user_id: "US.9", profile: { name: "Other" } }, ...CONTACTS];
    expect(factsOf("messages", { contacts, messages })).toMatchObject([
      { profileName: "Sheena Nelson", from: { phone: "+16505551234", bsuid: BSUID } },
    ]);
  });

  it("keeps what the person wrote even if everything around it is odd", () => {
    const odd = {
      type: "text",
      text: { body: "STOP" },
      timestamp: "now",
      context: 5,
      errors: "x",
      group_id: 1,
    };
    expect(inbound(odd, "none")).toMatchObject({ text: "STOP", timestamp: RECEIVED_AT });
  });

  it("comes from whom a number names that is no text, or our message alone (D 1.1)", () => {
    const from = Number(PHONE);
    expect(inbound({ from, from_user_id: null, type: "text" }, [])).toMatchObject({
      from: { phone: `+${PHONE}` },
    });
    const answer = { from: null, from_user_id: null, type: "text", context: { id: "wamid.ours" } };
    expect(inbound(answer, [])).toMatchObject({ contextWamid: "wamid.ours", from: {} });
  });

  it("is unknown when it comes from nobody", () => {
    expect(factsOf("messages", { messages: [{ id: "wamid.in", type: "text" }] })).toEqual([
      { kind: "unknown", field: "messages" },
    ]);
  });
});

describe("where a person may ask to be left alone", () => {
  const said = (more: Record<string, Json>) => {
    const [fact] = factsFromChange(
      change("messages", { messages: [{ from: PHONE, id: "wamid.in", ...more }] }),
      RECEIVED_AT,
    );
    return fact?.kind === "inbound" ? fact.said.map(({ as, text }) => `${as}: ${text.reveal()}`) : undefined;
  };

  it.each<[string, Record<string, Json>, string[]]>([
    ["a text", { type: "text", text: { body: "STOP" } }, ["words: STOP"]],
    ["a caption", { type: "image", image: { id: "1", caption: "STOP" } }, ["words: STOP"]],
    ["a caption without a file", { type: "video", video: { caption: "STOP" } }, ["words: STOP"]],
    ["the note of an order", { type: "order", order: { text: "STOP" } }, ["words: STOP"]],
    [
      "a button under another label",
      { type: "button", button: { text: "Ya no", payload: "STOP" } },
      ["words: Ya no", "answer: STOP"],
    ],
    [
      "a row of a list",
      {
        type: "interactive",
        interactive: { list_reply: { id: "r1", title: "3", description: "Stop messages" } },
      },
      ["words: 3", "answer: r1", "answer: Stop messages"],
    ],
    [
      "the answer of a flow",
      { type: "interactive", interactive: { nfm_reply: { body: "Sent", response_json: '{"a":"STOP"}' } } },
      ["words: Sent", 'answer: {"a":"STOP"}'],
    ],
    [
      "an edit of a caption",
      {
        type: "edit",
        edit: { original_message_id: "w", message: { type: "image", image: { id: "1", caption: "STOP" } } },
      },
      ["words: STOP"],
    ],
    ["a reaction", { type: "reaction", reaction: { message_id: "w", emoji: "🛑" } }, ["sign: 🛑"]],
    ["a type of next year", { type: "poll", poll: { chosen: ["STOP"] } }, ['answer: {"chosen":["STOP"]}']],
    [
      "a reply of a kind of next year",
      { type: "interactive", interactive: { type: "poll_reply", poll_reply: { title: "STOP" } } },
      ['answer: {"type":"poll_reply","poll_reply":{"title":"STOP"}}'],
    ],
    [
      "an edit of a type of next year",
      {
        type: "edit",
        edit: { original_message_id: "w", message: { type: "poll", poll: { chosen: "STOP" } } },
      },
      ['answer: {"chosen":"STOP"}'],
    ],
    ["a text of another shape", { type: "text", text: "STOP" }, ['answer: "STOP"']],
    ["a place", { type: "location", location: { name: "Bus Stop" } }, []],
  ])("is read from %s (D 1.3)", (_name, more, expected) => {
    expect(said(more)).toEqual(expected);
  });

  it("is read under a field of next year, which is kept too, and not from what the shop wrote (D 1.3)", () => {
    const text = { id: "wamid.in", type: "text", text: { body: "STOP" } };
    const metadata = { display_phone_number: "15550783881" };
    const messages = [
      { ...text, from: PHONE },
      { ...text, from: "15550783881" },
    ];
    expect(factsOf("message_requests", { metadata, contacts: CONTACTS, messages })).toMatchObject([
      { kind: "unknown", field: "message_requests" },
      { kind: "inbound", messageKind: "other", from: { phone: `+${PHONE}` }, text: "STOP" },
    ]);
  });

  it("is read from what the person wrote in an old chat, whoever the chat says they are (D 1.3)", () => {
    const text = (body: string) => ({ id: `wamid.${body}`, type: "text", text: { body } });
    const metadata = { display_phone_number: "+55 11 98765-4321" };
    const messages = [
      { ...text("STOP"), from: PHONE },
      { ...text("no name"), from_user_id: BSUID },
      { ...text("nobody") },
      // The shop's own number as WhatsApp writes it.
      { ...text("ours"), from: "551187654321", to: PHONE },
      { ...text("ours too"), from: "551187654321", history_context: { status: "read", from_me: true } },
      { ...text("echo"), to: PHONE },
    ];
    const threads = [{ id: PHONE, context: { user_id: BSUID }, messages }, { id: "16505550199" }, 7];
    const facts = factsOf("history", {
      metadata,
      history: [{ metadata: { phase: 0 }, threads }, { errors: [] }],
    });
    const from = { phone: `+${PHONE}`, bsuid: BSUID };
    expect(facts).toMatchObject([
      { kind: "kept_aside", field: "history" },
      { kind: "inbound", messageKind: "aside", from, text: "STOP" },
      { kind: "inbound", messageKind: "aside", from, text: "no name" },
      { kind: "inbound", messageKind: "aside", from, text: "nobody" },
    ]);
  });

  it("is read from an old chat where the shop's number is not told, and not from the other side of it (D 1.3)", () => {
    const said = { type: "text", text: { body: "STOP" } };
    const messages = [
      { ...said, id: "wamid.1", from: PHONE },
      { ...said, id: "wamid.2", from: "15550783881" },
    ];
    const facts = factsOf("history", { history: [{ threads: [{ id: `+${PHONE}`, messages }] }] });
    expect(facts).toMatchObject([{ kind: "kept_aside" }, { from: { phone: `+${PHONE}` } }]);
    expect(facts).toHaveLength(2);
  });

  it.each(["calls", "account_update", "message_template_status_update", "smb_message_echoes", undefined])(
    "is read from a message or a choice that stands under the field %s (D 1.3)",
    (field) => {
      const messages = [{ from: PHONE, id: "wamid.in", type: "text", text: { body: "STOP" } }];
      const choices = ["stop", "resume"].map((value) => ({
        wa_id: PHONE,
        category: "marketing_messages",
        value,
      }));
      const read = factsOf(field, { contacts: CONTACTS, messages, user_preferences: choices });
      const kinds = (read as { kind: string }[]).map(({ kind }) => kind);
      expect(kinds.filter((kind) => ["inbound", "user_preference"].includes(kind))).toEqual([
        "inbound",
        "user_preference",
      ]);
    },
  );

  it("belongs to the only contact beside it, by whatever number (D 1.1)", () => {
    const more = {
      from: "16505550199",
      from_user_id: undefined as never,
      type: "text",
      text: { body: "STOP" },
    };
    expect(inbound(more)).toMatchObject({ from: { phone: "+16505550199", bsuid: BSUID } });
    const [preference] = factsOf("user_preferences", {
      contacts: CONTACTS,
      user_preferences: [{ wa_id: "16505550199", category: "marketing_messages", value: "STOP" }],
    });
    expect(preference).toMatchObject({ preference: "stop", person: { phone: "+16505550199", bsuid: BSUID } });
  });

  it.each(["messages", "standby"])("is read under standby, from the list %s (D 1.3)", (list) => {
    const written = { from: PHONE, id: "wamid.in", type: "text", text: { body: "STOP" } };
    expect(factsOf("standby", { contacts: CONTACTS, [list]: [written] })).toMatchObject([
      { kind: "agent_seen" },
      { kind: "inbound", from: { phone: "+16505551234", bsuid: BSUID }, text: "STOP" },
    ]);
  });

  it("is not read from what the agent or the shop wrote (D 1.3)", () => {
    const echo = { id: "wamid.in", type: "text", text: { body: "STOP" } };
    const metadata = { display_phone_number: "+1 555-078-3881" };
    const messages = [
      { ...echo, from: "15550783881" },
      { ...echo, from: PHONE, is_echo: true },
    ];
    expect(factsOf("standby", { metadata, messages })).toEqual([
      { kind: "agent_seen", timestamp: RECEIVED_AT },
      { kind: "kept_aside", field: "standby" },
    ]);
    expect(factsOf("smb_message_echoes", { message_echoes: messages })).toEqual([
      { kind: "kept_aside", field: "smb_message_echoes" },
    ]);
  });

  it("knows that a chat was handed over (D 7)", () => {
    expect(factsOf("messaging_handovers", { control_passed: {} })).toEqual([
      { kind: "agent_seen", timestamp: RECEIVED_AT },
      { kind: "kept_aside", field: "messaging_handovers" },
    ]);
  });
});

describe("a change of who somebody is", () => {
  const system = (more: Record<string, Json>, from: Json = PHONE) =>
    factsOf("messages", {
      messages: [{ from, id: "wamid.s", timestamp: "1749416383", type: "system", system: more }],
    })[0];

  it("is a new number", () => {
    expect(system({ type: "user_changed_number", wa_id: "12195555358", body: "…" })).toMatchObject({
      kind: "identity_change",
      cause: "number_changed",
      before: { phone: "+16505551234" },
      after: { phone: "+12195555358" },
    });
  });

  it("is a new user id", () => {
    const changed = {
      type: "user_changed_user_id",
      previous_user_id: BSUID,
      user_id: "US.20491208655302741999",
    };
    expect(system(changed, "")).toMatchObject({
      cause: "user_id_changed",
      before: { bsuid: BSUID },
      after: { bsuid: "US.20491208655302741999" },
    });
  });

  it.each<[string, Record<string, Json>]>([
    ["user id", { previous_user_id: BSUID, user_id: "US.2" }],
    ["parent user id", { previous_parent_user_id: "US.ENT.1", user_id: "US.2", parent_user_id: "US.ENT.2" }],
  ])("names who it was by the previous %s alone, without a number (D 1.7)", (_name, ids) => {
    expect(system({ type: "user_changed_user_id", ...ids }, "")).toMatchObject({
      cause: "user_id_changed",
      before: { bsuid: ids["previous_user_id"], parentBsuid: ids["previous_parent_user_id"] },
      after: { bsuid: "US.2", parentBsuid: ids["parent_user_id"] },
    });
  });

  it("is another device, with the same identities", () => {
    expect(system({ type: "customer_identity_changed" })).toMatchObject({
      cause: "identity_key_changed",
      before: { phone: "+16505551234" },
      after: { phone: "+16505551234" },
    });
  });

  it.each<Record<string, Json>>([{ type: "user_married" }, { type: "user_changed_number" }, {}])(
    "is unknown when the system message is %j",
    (odd) => {
      expect(system(odd)).toEqual({ kind: "unknown", field: "messages" });
    },
  );

  it("is a user id update", () => {
    const update = {
      wa_id: PHONE,
      user_id: { previous: BSUID, current: "US.20491208655302741999" },
      timestamp: "1750269342",
    };
    expect(factsOf("user_id_update", { user_id_update: [update, { wa_id: PHONE }] })).toMatchObject([
      {
        cause: "user_id_changed",
        before: { phone: "+16505551234", bsuid: BSUID },
        after: { phone: "+16505551234", bsuid: "US.20491208655302741999" },
      },
      { kind: "unknown" },
    ]);
  });
});

describe("a choice made in WhatsApp", () => {
  const preference = { category: "marketing_messages", value: "stop", timestamp: 1731705721, detail: "…" };
  const read = (more: Record<string, Json>, contacts: Json = CONTACTS) =>
    factsOf("user_preferences", { contacts, user_preferences: [{ ...preference, ...more }] })[0];

  it("is read with the person it is of", () => {
    expect(read({ wa_id: PHONE })).toEqual({
      kind: "user_preference",
      person: { phone: "+16505551234", bsuid: BSUID, parentBsuid: undefined },
      category: "marketing_messages",
      preference: "stop",
      timestamp: new Date("2024-11-15T21:22:01Z"),
    });
  });

  it("that names nobody is of the only contact, and of nobody among several", () => {
    expect(read({})).toMatchObject({ person: { phone: "+16505551234" } });
    expect(read({}, [...CONTACTS, { wa_id: "15550001111" }])).toEqual({
      kind: "unknown",
      field: "user_preferences",
    });
  });

  it.each(["resume", "signup"])("may be %s", (value) => {
    expect(read({ wa_id: PHONE, value })).toMatchObject({ preference: value });
  });

  it("that is new is unknown", () => {
    expect(read({ wa_id: PHONE, value: "maybe" })).toEqual({ kind: "unknown", field: "user_preferences" });
  });
});

describe("a template update", () => {
  const about = {
    message_template_id: 1689556908129832,
    message_template_name: "order_confirmation",
    message_template_language: "en-US",
  };
  const template = { templateId: "1689556908129832", name: "order_confirmation", language: "en_US" };

  it("is a status, with its category and reason", () => {
    const value = { ...about, event: "APPROVED", reason: "NONE", message_template_category: "UTILITY" };
    expect(factsOf("message_template_status_update", value)).toEqual([
      {
        kind: "template_status",
        ...template,
        status: "APPROVED",
        category: "UTILITY",
        reason: undefined,
        pause: undefined,
      },
    ]);
  });

  it.each<[Record<string, Json>, Record<string, unknown>]>([
    [
      { event: "PAUSED", other_info: { title: "FIRST_PAUSE" } },
      { status: "PAUSED", pause: "FIRST_PAUSE" },
    ],
    [
      { event: "REJECTED", reason: "INVALID_FORMAT" },
      { status: "REJECTED", reason: "INVALID_FORMAT" },
    ],
    [
      { event: "PENDING_DELETION", reason: null },
      { status: "PENDING_DELETION", reason: undefined },
    ],
    [{ event: "ARCHIVED_SOMEHOW" }, { status: "ARCHIVED_SOMEHOW" }],
  ])("%j is a status", (more, expected) => {
    expect(factsOf("message_template_status_update", { ...about, ...more })).toMatchObject([expected]);
  });

  it("gives words that a database can hold, whatever was sent", () => {
    const value = {
      message_template_id: "1\0",
      message_template_name: "a",
      message_template_language: "en",
      event: "APPROVED\ud800",
    };
    expect(factsOf("message_template_status_update", value)).toMatchObject([
      { templateId: "1\ufffd", status: "APPROVED\ufffd" },
    ]);
  });

  it.each(["message_template_quality_update", "message_template_status_update"])(
    "is a quality by its keys, under the field %s too",
    (field) => {
      const value = { ...about, previous_quality_score: "GREEN", new_quality_score: "YELLOW" };
      expect(factsOf(field, value)).toEqual([
        { kind: "template_quality", ...template, previous: "GREEN", current: "YELLOW" },
      ]);
    },
  );

  it("announces a category: what Meta calls new is the one of today", () => {
    const value = {
      ...about,
      new_category: "UTILITY",
      correct_category: "MARKETING",
      category_update_timestamp: 1746169200,
    };
    expect(factsOf("template_category_update", value)).toMatchObject([
      { current: "UTILITY", upcoming: { category: "MARKETING", at: new Date("2025-05-02T07:00:00Z") } },
    ]);
  });

  it("tells a category that has changed", () => {
    const value = { ...about, previous_category: "UTILITY", new_category: "MARKETING" };
    expect(factsOf("template_category_update", value)).toMatchObject([
      { current: "MARKETING", previous: "UTILITY", upcoming: undefined },
    ]);
  });

  it("is new components", () => {
    const value = { ...about, message_template_element: "Thank you, {{1}}!" };
    expect(factsOf("message_template_components_update", value)).toEqual([
      { kind: "template_components", ...template },
    ]);
  });

  it("keeps an id beyond 2^53 exact from the bytes on", () => {
    const body = parseWebhookBody(
      `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"message_template_status_update","value":{"event":"APPROVED","message_template_id":98765432109876543211,"message_template_name":"a","message_template_language":"en"}}]}]}`,
    );
    const facts = splitWebhook(body ?? null).flatMap((one) => factsFromChange(one, RECEIVED_AT));
    expect(facts).toMatchObject([{ templateId: "98765432109876543211" }]);
  });
});

describe("an update of the number or the account", () => {
  it.each<[string, Json, Record<string, unknown>]>([
    [
      "phone_number_quality_update",
      { display_phone_number: "15550783881", event: "THROUGHPUT_UPGRADE", current_limit: "TIER_UNLIMITED" },
      {
        kind: "number_update",
        event: "THROUGHPUT_UPGRADE",
        displayPhoneNumber: "15550783881",
        limit: "TIER_UNLIMITED",
      },
    ],
    ["phone_number_name_update", { decision: "APPROVED", rejection_reason: null }, { event: "APPROVED" }],
    [
      "security",
      { event: "PIN_RESET_REQUEST", requester: "1" },
      { kind: "number_update", event: "PIN_RESET_REQUEST" },
    ],
    ["business_username_update", { username: "luckyshrub", status: "approved" }, { event: "APPROVED" }],
    ["account_update", { event: "ACCOUNT_DELETED" }, { kind: "account_update", event: "ACCOUNT_DELETED" }],
    [
      "account_update",
      { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "…" } },
      { banState: "DISABLE" },
    ],
    [
      "account_update",
      { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "ADULT" } },
      { violation: "ADULT" },
    ],
    [
      "account_update",
      {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [
          { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1641330498 },
          7,
        ],
      },
      {
        restrictions: [
          { type: "RESTRICTED_BIZ_INITIATED_MESSAGING", until: new Date("2022-01-04T21:08:18Z") },
        ],
      },
    ],
    ["account_review_update", { decision: "REJECTED" }, { kind: "account_update", event: "REJECTED" }],
    [
      "account_alerts",
      { entity_type: "BUSINESS", alert_info: { alert_severity: "WARNING", alert_type: "X" } },
      { event: "X", alertSeverity: "WARNING" },
    ],
    ["business_capability_update", { max_daily_conversations_per_business: 2000 }, { limit: "2000" }],
    ["business_capability_update", { max_daily_conversations_per_business: "TIER_2K" }, { limit: "TIER_2K" }],
    ["business_capability_update", { max_phone_numbers_per_waba: 25 }, { event: "CAPABILITY_CHANGED" }],
  ])("%s is read from %j", (field, value, expected) => {
    expect(factsOf(field, value)).toMatchObject([{ field, ...expected }]);
  });

  it.each(["security", "account_update", "account_alerts"])("%s without an event is unknown", (field) => {
    expect(factsOf(field, {})).toEqual([{ kind: "unknown", field }]);
  });
});

describe("what is not applied", () => {
  it.each(["smb_message_echoes", "smb_app_state_sync", "history", "calls", "flows"])(
    "%s is kept aside",
    (field) => {
      expect(factsOf(field, { message_echoes: [{ from: PHONE, id: "wamid.x", type: "text" }] })).toEqual([
        { kind: "kept_aside", field },
      ]);
    },
  );

  it("an error beside no message is kept aside", () => {
    expect(factsOf("messages", { errors: [{ code: 131000 }] })).toEqual([
      { kind: "kept_aside", field: "messages" },
    ]);
  });

  it.each<[string | undefined, Json]>([
    ["a_field_of_next_year", {}],
    [undefined, {}],
    ["messages", {}],
    ["messages", null],
    ["messages", { messages: "x", statuses: {} }],
    ["user_preferences", { user_preferences: 3 }],
    ["message_template_status_update", { event: "APPROVED" }],
    ["constructor", {}],
  ])("field %j with %j is unknown", (field, value) => {
    expect(factsOf(field, value)).toEqual([{ kind: "unknown", field }]);
  });

  it("a change of another product is unknown", () => {
    const page = {
      ...change("messages", { messages: [{ from: PHONE, id: "1", type: "text" }] }),
      object: "page",
    };
    expect(factsFromChange(page, RECEIVED_AT)).toEqual([{ kind: "unknown", field: "messages" }]);
  });
});

it("never throws and always gives a fact, whatever stands in the place of a known value", () => {
  const fields = [
    "messages",
    "user_preferences",
    "user_id_update",
    "security",
    "account_update",
    "template_category_update",
  ];
  const names = [
    ...[
      "statuses",
      "messages",
      "contacts",
      "user_preferences",
      "user_id_update",
      "id",
      "status",
      "timestamp",
      "from",
    ],
    ...[
      "type",
      "text",
      "system",
      "errors",
      "pricing",
      "user_id",
      "wa_id",
      "event",
      "restriction_info",
      "profile",
    ],
  ];
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "medium" },
      fc.constantFrom<Json[]>(null, true, 0, 1e300, "", "x", "1", PHONE, "sent", "system", "\u0000"),
      fc.array(tie("json") as fc.Arbitrary<Json>, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie("json") as fc.Arbitrary<Json>, { maxKeys: 6 }),
    ),
  }));
  void fc.assert(
    fc.property(fc.constantFrom(...fields), json, (field, value) => {
      expect(factsFromChange(change(field, value), RECEIVED_AT).length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

it("shows nobody's phone, name, words or message ids when facts are printed", () => {
  const value = {
    contacts: CONTACTS,
    messages: [
      {
        from: PHONE,
        from_user_id: BSUID,
        id: "wamid.secret",
        type: "text",
        text: { body: "my address" },
        group_id: "Y2F",
      },
    ],
    statuses: [
      {
        id: "wamid.secret",
        status: "failed",
        recipient_id: PHONE,
        errors: [{ code: 1, title: `to ${PHONE}`, error_data: { details: PHONE } }],
      },
    ],
  };
  const facts = factsFromChange(change("messages", value), RECEIVED_AT);
  expect(facts.map(({ kind }) => kind)).toEqual(["status", "inbound"]);
  const printed = inspect(facts, { depth: 9, showHidden: true }) + JSON.stringify(facts);
  expect(printed).not.toMatch(/6505551234|Sheena|address|secret|Y2F|US\.1349/);
});

/** Meta's own samples where they are at hand; what a sample must come out as follows from its name. */
const SAMPLES = process.env["WEBXKEY_META_SAMPLES"];
const KIND_BY_NAME: readonly (readonly [RegExp, ChannelFact["kind"]])[] = [
  [/^status\./, "status"],
  [/^in\.system\.|^field\.user_id_update/, "identity_change"],
  [/^in\./, "inbound"],
  [/^field\.user_preferences/, "user_preference"],
  [/^field\.message_template_status/, "template_status"],
  [/^field\.message_template_quality/, "template_quality"],
  [/^field\.message_template_components/, "template_components"],
  [/^field\.template_category/, "template_category"],
  [/^field\.(phone_number|security|business_username)/, "number_update"],
  [/^field\.(account|business_capability)/, "account_update"],
  [/^field\.(smb_|history)/, "kept_aside"],
];

describe.each(SAMPLES === undefined ? [] : [SAMPLES])("each sample of %s", (folder) => {
  it.each(readdirSync(folder).filter((name) => name.endsWith(".json")))(
    "%s is applied or kept aside",
    (name) => {
      const expected = KIND_BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
      const body = parseWebhookBody(readFileSync(join(folder, name), "utf8"));
      const facts = splitWebhook(body ?? null).flatMap((one) => factsFromChange(one, RECEIVED_AT));
      expect(facts.map(({ kind }) => kind)).toEqual([expected ?? "unknown"]);
    },
  );
});
