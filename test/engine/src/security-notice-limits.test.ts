import {
  defineRule,
  defineTemplate,
  type PlatformEvent,
  type PublishedIntent,
  sampleEvent,
  starterRules,
} from "@webxkey/core";
import { demoAccount } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, OWNER, STORES, startEngine, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  secondsAgo,
  stranger,
} from "./shop.ts";
import { countOf } from "./webhooks.ts";

const MINUTE_MS = 60_000;
const ATTEMPTS = 122;
const RESET = "password-reset-notice";

const CHANGED = "email-changed-notice";

/** A second security notice, so that two rules count against one limit. */
const rules = [
  ...starterRules,
  defineRule({
    id: CHANGED,
    on: "account.email_changed",
    purpose: "account-security",
    template: defineTemplate({
      name: "password_reset_notice",
      category: "UTILITY",
      parameters: ["customer_name", "shop_name"],
      fallbackLanguage: "en",
    }),
    params: ({ shop }) => ({ customer_name: "there", shop_name: shop.name }),
    sample: sampleEvent("account.email_changed"),
  }),
];

let accounts = 0;

/** A reset that an attacker asks for: of an account of their own that has the victim's phone, with a text for a name. */
function phishing(
  phone: string,
  at: Date,
  type: "account.password_reset" | "account.email_changed" = "account.password_reset",
): PlatformEvent {
  accounts += 1;
  const { data, ...event } = sampleEvent(type);
  return {
    ...event,
    id: `reset:${accounts}`,
    time: at.toISOString(),
    data: {
      ...data,
      recipient: { ...data.recipient, phone, name: "Your account is locked, call 1650 5550100" },
      account: { ref: `attacker_${accounts}` },
      shop: { name: "Bank security" },
    },
  };
}

const byState = (intents: readonly PublishedIntent[]) =>
  Object.fromEntries(
    [...Map.groupBy(intents, ({ state, reason }) => (reason ? `${state}:${reason.code}` : state))].map(
      ([word, of]) => [word, of.length],
    ),
  );

describe.each(STORES)("limits of security notices on %s", (name) => {
  let shop: Shop;
  /** Another process on the same database. */
  let second: Engine;
  let now = new Date();
  const clock = { now: () => now };
  beforeAll(async () => {
    shop = await openShop(name, { on: [RESET, CHANGED], worker: false, clock, rules });
    const { storage, simulator } = shop;
    second = await startEngine({ storage, simulator, clock, rules });
  });
  afterAll(async () => {
    await second[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
  });

  const set = (settings: object, as?: string) => shop.engine.call("PATCH", "/v1/settings", settings, as);
  const publishFrom = async (engine: Engine, event: PlatformEvent) => {
    const { intents } = await engine.messaging.publish(event);
    return intents[0] as PublishedIntent;
  };

  test("122 resets at once from two processes write to their victim once (D 6.1)", async () => {
    const phone = stranger();
    const intents = await Promise.all(
      Array.from({ length: ATTEMPTS }, (_, n) =>
        publishFrom(n % 2 === 0 ? shop.engine : second, phishing(phone, now)),
      ),
    );
    expect(byState(intents)).toEqual({ queued: 1, "blocked:security_repeat": ATTEMPTS - 1 });
  });

  test.each([
    ["+5511987650001", "+551187650001"],
    ["+525512340001", "+5215512340001"],
    ["+5491123450001", "+541123450001"],
  ])("both ways of writing one number share its limit: %s and %s (D 6.1)", async (one, other) => {
    const intents: PublishedIntent[] = [];
    for (const phone of [one, other, one, other])
      intents.push(await publishFrom(shop.engine, phishing(phone, now)));
    expect(byState(intents)).toEqual({ queued: 1, "blocked:security_repeat": 3 });
  });

  test("122 resets, a quarter of an hour apart, write to their victim 3 times an hour and 10 times a day (D 6.1)", async () => {
    const phone = stranger();
    const sent: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      now = new Date(now.getTime() + 15 * MINUTE_MS);
      if ((await publishFrom(attempt % 2 ? shop.engine : second, phishing(phone, now))).state === "queued")
        sent.push(now.getTime());
    }
    const within = (ms: number) =>
      Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + ms).length));
    expect([within(60 * MINUTE_MS), within(24 * 60 * MINUTE_MS)]).toEqual([3, 10]);
  });

  test("a phone that nobody verified gets no security notice, and the reason says so (D 6.1)", async () => {
    const reset = await publishOne(
      shop,
      happened("account.password_reset", { phone: stranger(), phoneVerified: false, at: now }),
    );
    expect(reset).toMatchObject({
      state: "blocked",
      reason: { code: "phone_not_verified", sentence: expect.stringContaining("was verified") },
    });
    const { recipient, ...data } = phishing(stranger(), now).data;
    const { phone_verified: _absent, ...unsaid } = recipient;
    const event = { ...phishing(stranger(), now), data: { ...data, recipient: unsaid } };
    expect(await publishOne(shop, event as PlatformEvent)).toMatchObject({
      state: "blocked",
      reason: { code: "phone_not_verified" },
    });
  });

  test("above the workspace's limit notices to different people wait for a person, however many processes take them in (D 6.1)", async () => {
    now = new Date(now.getTime() + 61 * MINUTE_MS);
    expect(await set({ security_notices_per_hour: 5 })).toMatchObject({
      status: 200,
      body: { security_notices_per_hour: 5, stop_covers_security: false },
    });
    const intents = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? publishFrom(shop.engine, phishing(stranger(), now))
          : publishFrom(second, phishing(stranger(), now, "account.email_changed")),
      ),
    );
    expect(byState(intents)).toEqual({ queued: 5, "held:security_workspace_limit": 15 });
    const held = intents.find(({ state }) => state === "held");
    const released = await shop.engine.call("POST", `/v1/messages/${held?.messageId}/release`);
    expect(released).toMatchObject({ status: 200 });
    expect(await auditOf(shop, "shop")).toContainEqual({
      actor_type: "user",
      actor_id: OWNER,
      action: "workspace.settings_changed",
      outcome: "securityNoticesPerHour: 100 -> 5",
    });
    await set({ security_notices_per_hour: 100 });
  });

  test("settings are changed by owners and admins, within their bounds (D 6.1)", async () => {
    await shop.engine.call("PUT", "/v1/members/user_operator", { role: "operator" });
    expect(await set({ stop_covers_security: true }, "user_operator")).toMatchObject({ status: 403 });
    expect(await shop.engine.call("GET", "/v1/settings", undefined, "user_operator")).toEqual({
      status: 200,
      body: {
        stop_covers_security: false,
        security_notices_per_hour: 100,
        burst_per_hour: null,
        language: null,
      },
    });
    for (const wrong of [
      { security_notices_per_hour: 0 },
      { security_notices_per_hour: 10_001 },
      { stop_covers_security: "yes" },
      { per_person: 50 },
    ])
      expect(await set(wrong)).toMatchObject({ status: 400, body: { fields: [expect.anything()] } });
  });
});

describe.each(STORES)("security notices that are sent on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: [RESET] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("a security notice carries the sender's own name and no text of the event (D 6.1)", async () => {
    const phone = stranger();
    const { messageId } = await publishOne(shop, phishing(phone, new Date()));
    await untilState(shop.engine, messageId, "read");
    const accepted = JSON.stringify(await acceptedFor(shop, phone));
    expect(accepted).toContain(demoAccount.number.verifiedName);
    expect(accepted).not.toMatch(/locked|Bank/);
  });

  test("where a STOP is set to cover security notices it ends them too, and otherwise it does not (D 6.1)", async () => {
    const phone = stranger();
    await shop.engine.call("PATCH", "/v1/settings", { stop_covers_security: true });
    await says(shop, { phone, text: "STOP", at: secondsAgo(30) });
    const reset = await publishOne(shop, happened("account.password_reset", { phone }));
    expect(reset).toMatchObject({ state: "blocked", reason: { code: "consent_withdrawn" } });
    await shop.engine.call("PATCH", "/v1/settings", { stop_covers_security: false });
    const asked = await publishOne(shop, happened("account.password_reset", { phone }));
    await untilState(shop.engine, asked.messageId, "read");
    expect(await countOf(shop.store, "webxkey.messages where state = 'blocked'")).toBe(1);
  });

  test("the claim asks again whether a STOP covers a security notice (D 6.1)", async () => {
    const quiet = await openShop(name, { on: [RESET], worker: false });
    const phone = stranger();
    const reset = await publishOne(quiet, happened("account.password_reset", { phone }));
    expect(reset).toMatchObject({ state: "queued" });
    await quiet.engine.call("PATCH", "/v1/settings", { stop_covers_security: true });
    const withdrawn = {
      identity: { kind: "phone", value: phone },
      channel: "whatsapp",
      evidence: "told us by telephone",
    };
    await quiet.engine.call("PUT", "/v1/members/user_privacy", { role: "privacy_officer" });
    await quiet.engine.call("POST", "/v1/consents/withdraw", withdrawn, "user_privacy");
    await quiet.engine.startWorker();
    const { message } = await untilState(quiet.engine, reset.messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await acceptedFor(quiet, phone)).toHaveLength(0);
    await quiet[Symbol.asyncDispose]();
  });
});
