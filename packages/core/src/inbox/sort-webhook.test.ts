import { describe, expect, it } from "vitest";
import { whatsapp } from "../channels/whatsapp/index.ts";
import type { WebhookChange } from "../meta/index.ts";
import type { Route } from "../senders/index.ts";
import { CHANGE_AGE_MS_MAX, changesOf, sortWebhook } from "./sort-webhook.ts";

const RECEIVED_AT = new Date("2026-11-23T12:00:00Z");
const SHOP = { workspace_id: "shop", app_id: "1" };
const CAFE = { workspace_id: "cafe", app_id: "2" };
const ROUTES: readonly Route[] = [
  { workspaceId: "shop", appId: "1", wabaId: "10", phoneNumberId: "100", senderId: "s100" },
  { workspaceId: "shop", appId: "1", wabaId: "10", phoneNumberId: "101", senderId: "s101" },
  { workspaceId: "cafe", appId: "2", wabaId: "20", phoneNumberId: "200", senderId: "s200" },
  // One account, in which two clients have a number each, each with an app of its own.
  { workspaceId: "shop", appId: "1", wabaId: "30", phoneNumberId: "300", senderId: "s300" },
  { workspaceId: "cafe", appId: "2", wabaId: "30", phoneNumberId: "301", senderId: "s301" },
];

const seconds = (at: Date) => String(Math.floor(at.getTime() / 1_000));
const status = (at = RECEIVED_AT) => ({ id: "wamid.x", status: "read", timestamp: seconds(at) });
const change = (of: Partial<WebhookChange>): WebhookChange => ({
  object: "whatsapp_business_account",
  wabaId: "10",
  entryTime: undefined,
  field: "messages",
  phoneNumberId: "100",
  value: { statuses: [status()] },
  ...of,
});
const sort = (of: Partial<WebhookChange>, verifiedBy = [SHOP]) => {
  const { owned, kept } = sortWebhook(whatsapp(), [change(of)], ROUTES, verifiedBy, RECEIVED_AT);
  return {
    owners: owned.map(({ workspaceId, senderId }) => `${workspaceId} ${senderId ?? "-"}`),
    kept: kept.map(({ reason }) => reason),
  };
};

describe("a change belongs", () => {
  it("to the workspace and sender that connected the number through the app that signed", () => {
    expect(sort({})).toEqual({ owners: ["shop s100"], kept: [] });
    expect(sort({ phoneNumberId: "101" })).toEqual({ owners: ["shop s101"], kept: [] });
    expect(sort({ wabaId: "20", phoneNumberId: "200" }, [CAFE])).toEqual({ owners: ["cafe s200"], kept: [] });
  });

  it("where it names no number, to each workspace once that connected the account through that app", () => {
    const account = {
      phoneNumberId: undefined,
      field: "account_update",
      value: { event: "DISABLED_UPDATE" },
    };
    expect(sort({ ...account })).toEqual({ owners: ["shop -"], kept: [] });
    expect(sort({ ...account, wabaId: "30" }, [SHOP])).toEqual({ owners: ["shop -"], kept: [] });
    expect(sort({ ...account, wabaId: "30" }, [SHOP, CAFE])).toEqual({
      owners: ["shop -", "cafe -"],
      kept: [],
    });
  });

  it("where a person's message names no number, to one of the account all the same (D 1.3)", () => {
    const messages = [{ id: "wamid.y", from: "16505551234", type: "text", text: { body: "STOP" } }];
    expect(sort({ phoneNumberId: undefined, value: { messages } })).toEqual({
      owners: ["shop s100"],
      kept: [],
    });
  });

  it.each<[string, Partial<WebhookChange>, (typeof SHOP)[]]>([
    ["another client's app signed it", {}, [CAFE]],
    ["nobody's app signed it", {}, []],
    ["the app is the right one of the wrong workspace", {}, [{ workspace_id: "cafe", app_id: "1" }]],
    ["it names another client's number", { wabaId: "20", phoneNumberId: "200" }, [SHOP]],
    ["it names the number with another account", { wabaId: "20" }, [SHOP, CAFE]],
    ["it names the account with another number", { phoneNumberId: "200" }, [SHOP, CAFE]],
    ["it names no account", { wabaId: undefined }, [SHOP]],
    ["it names a number that nobody connected", { phoneNumberId: "999" }, [SHOP]],
    ["it names neither", { wabaId: undefined, phoneNumberId: undefined }, [SHOP]],
  ])("to nobody when %s", (_why, of, verifiedBy) => {
    expect(sort(of, verifiedBy)).toEqual({ owners: [], kept: ["not_connected"] });
  });
});

describe("a part is kept aside", () => {
  const at = (ageMs: number) => ({ value: { statuses: [status(new Date(RECEIVED_AT.getTime() - ageMs))] } });

  it("when it is older than eight days, not when it is as old as that or from the future", () => {
    expect(sort(at(CHANGE_AGE_MS_MAX))).toEqual({ owners: ["shop s100"], kept: [] });
    expect(sort(at(CHANGE_AGE_MS_MAX + 1_000))).toEqual({ owners: [], kept: ["too_old"] });
    expect(sort(at(-60_000))).toEqual({ owners: ["shop s100"], kept: [] });
  });

  it("never when it asks to stop, however old it is (D 1.3)", () => {
    const old = seconds(new Date(RECEIVED_AT.getTime() - 100 * CHANGE_AGE_MS_MAX));
    const written = { id: "wamid.y", from: "16505551234", timestamp: old, type: "text" };
    const choice = { wa_id: "16505551234", category: "marketing_messages", timestamp: Number(old) };
    const words = (body: string) => ({ value: { messages: [{ ...written, text: { body } }] } });
    for (const body of ["STOP", "cancel"])
      expect(sort(words(body))).toEqual({ owners: ["shop s100"], kept: [] });
    for (const body of ["START", "Hello"])
      expect(sort(words(body))).toEqual({ owners: [], kept: ["too_old"] });
    const chosen = (value: string) => ({
      field: "user_preferences",
      value: { user_preferences: [{ ...choice, value }] },
    });
    expect(sort(chosen("stop"))).toEqual({ owners: ["shop s100"], kept: [] });
    expect(sort(chosen("resume"))).toEqual({ owners: [], kept: ["too_old"] });
  });

  it("with a whole old chat, of which only what asks to stop is applied (D 1.3)", () => {
    const chat = (body: string) => {
      const written = {
        id: "wamid.y",
        from: "16505551234",
        timestamp: "1700000000",
        type: "text",
        text: { body },
      };
      return {
        field: "history",
        value: { history: [{ threads: [{ id: "16505551234", messages: [written] }] }] },
      };
    };
    expect(sort(chat("Hello"))).toEqual({ owners: [], kept: ["no_use_yet"] });
    expect(sort(chat("START"))).toEqual({ owners: [], kept: ["no_use_yet"] });
    expect(sort(chat("STOP"))).toEqual({ owners: ["shop s100"], kept: ["no_use_yet"] });
  });

  it("when it is not understood or of no use yet, and its neighbours are applied", () => {
    expect(sort({ value: { statuses: [status(), { odd: true }, status()] } })).toEqual({
      owners: ["shop s100", "shop s100"],
      kept: ["not_understood"],
    });
    expect(sort({ field: "history", value: {} })).toEqual({ owners: [], kept: ["no_use_yet"] });
    expect(sort({ field: "imagined_update", value: {} })).toEqual({ owners: [], kept: ["not_understood"] });
  });

  it("as it came, with what it is about", () => {
    const { kept } = sortWebhook(
      whatsapp(),
      [change({ value: { odd: ["ä", 1] } })],
      ROUTES,
      [SHOP],
      RECEIVED_AT,
    );
    expect(kept.map(({ field, part }) => [field, JSON.parse(part)])).toEqual([
      ["messages", { waba: "10", field: "messages", value: { odd: ["ä", 1] } }],
    ]);
  });
});

it("a body that is no acceptable JSON has no changes to sort", () => {
  for (const text of ["", "x", "{", '{"__proto__":1}', "[".repeat(40)])
    expect(changesOf(text)).toBeUndefined();
  expect(changesOf("{}")).toHaveLength(1);
});
