import { createHmac } from "node:crypto";
import { demoAccount, encodeWebhook, inboundText, signWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PHONE, STORES } from "./engine.ts";
import { openShop, type Shop } from "./shop.ts";
import { fingerprintOf, placesOf } from "./tables.ts";
import { countOf, deliver, postWebhook, quietSimulator, untilApplied, untilCount } from "./webhooks.ts";

const SECRET = demoAccount.app.secret;
const INBOX_BODY_BYTES = 4 * 1024 * 1024;
const nowSeconds = () => Math.floor(Date.now() / 1_000);

let written = 0;
/** A message from a person; each call is another one. */
function message(text: string, more: { wamid?: string; phone?: string; atSeconds?: number } = {}) {
  written += 1;
  return inboundText({ text, wamid: `wamid.in${written}`, atSeconds: nowSeconds(), ...more });
}

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false });
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  const stored = () => countOf(shop.store, "webxkey.inbox");

  const bytes = encodeWebhook(message("Hello"));
  const digest = createHmac("sha256", SECRET).update(bytes).digest();
  const good = signWebhook(SECRET, bytes);
  test.each([
    ["that is wrong in its last digit", good.slice(0, -1) + (good.endsWith("0") ? "1" : "0")],
    ["that is missing", undefined],
    ["that is too short", good.slice(0, -2)],
    ["in upper case", `sha256=${digest.toString("hex").toUpperCase()}`],
    ["made with another secret", signWebhook("another_app_secret", bytes)],
    ["in base64", `sha256=${digest.toString("base64")}`],
    ["without its prefix", digest.toString("hex")],
    ["with the prefix in upper case", `SHA256=${digest.toString("hex")}`],
    ["of the older kind", `sha1=${createHmac("sha1", SECRET).update(bytes).digest("hex")}`],
    ["sent twice in one header", `${good}, ${good}`],
    ["with something behind it", `${good}00`],
    ["of no digits", `sha256=${"z".repeat(64)}`],
    ["of nothing", "sha256="],
    ["that is empty", ""],
    ["made with an empty secret", signWebhook("", bytes)],
  ])("a signature %s is answered 401 and nothing is stored", async (_form, signature) => {
    const before = await stored();
    expect(await postWebhook(shop.engine, bytes, signature)).toBe(401);
    expect(await stored()).toBe(before);
  });

  test("the same body is refused when any byte of it was changed", async () => {
    const before = await stored();
    for (let at = 0; at < bytes.length; at += 40) {
      const tampered = Buffer.from(bytes);
      tampered[at] = (tampered[at] ?? 0) ^ 1;
      expect(await postWebhook(shop.engine, tampered, good)).toBe(401);
    }
    expect(await postWebhook(shop.engine, Buffer.concat([bytes, Buffer.from(" ")]), good)).toBe(401);
    expect(await stored()).toBe(before);
  });

  test("a body of more than 4 MB is answered 413, announced or not, and the next request is answered", async () => {
    const before = await stored();
    const large = Buffer.alloc(24 * 1024 * 1024, " ");
    for (const body of [large, new Blob([large]).stream()]) {
      const headers = { "x-hub-signature-256": signWebhook(SECRET, large) };
      const response = await fetch(shop.engine.webhookUrl, {
        method: "POST",
        headers,
        body,
        duplex: "half",
      } as RequestInit);
      expect([response.status, response.headers.get("connection")]).toEqual([413, "close"]);
      expect((await fetch(shop.engine.webhookUrl)).status).toBe(403);
    }
    expect(await stored()).toBe(before);
  });

  test("a method that is neither GET nor POST is answered 405 with the ones that are", async () => {
    const response = await fetch(shop.engine.webhookUrl, { method: "PUT", body: "x" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  test("the handshake echoes its challenge for a token of ours only", async () => {
    const ask = async (query: string) => await fetch(`${shop.engine.webhookUrl}?${query}`);
    const refused = await ask("hub.mode=subscribe&hub.verify_token=guess&hub.challenge=4711");
    expect([refused.status, await refused.text()]).toEqual([403, "The verify token is not one of ours."]);
    expect((await ask("hub.mode=subscribe&hub.challenge=4711")).status).toBe(403);
    // That a right one is echoed is what connecting the number above needed.
    expect(await countOf(shop.store, "webxkey.senders where state = 'connected'")).toBe(1);
  });

  test("a stored body is encrypted, and neither phone, name, text nor message id can be read from any table", async () => {
    const text = `The canary sings to ${name}`;
    const wamid = `wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ${name}`;
    await deliver(shop.engine, message(text, { wamid }));
    expect(await countOf(shop.store, "webxkey.inbox where body_raw is not null")).toBeGreaterThan(0);
    const needles = [PHONE, PHONE.slice(1), demoAccount.person.name, text, wamid];
    expect(await placesOf(shop.store, needles)).toEqual([]);
  });

  describe("with a worker", () => {
    beforeAll(async () => {
      await shop.engine.startWorker();
      await untilApplied(shop.store);
    });

    test("applied bodies are gone, and what was applied of them cannot be read from any table either", async () => {
      const text = `Another canary on ${name}`;
      const wamid = `wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQapplied${name}`;
      await deliver(shop.engine, message(text, { wamid }));
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.inbound_messages")).toBeGreaterThan(0);
      expect(await countOf(shop.store, "webxkey.inbox where body_raw is not null")).toBe(0);
      const needles = [PHONE, PHONE.slice(1), demoAccount.person.name, text, wamid];
      expect(await placesOf(shop.store, needles)).toEqual([]);
      expect(await placesOf(shop.store, needles, "webxkey_jobs")).toEqual([]);
    });

    test.each([
      ["no JSON", "hello"],
      ["cut off", '{"object":"whatsapp_business_account","entry":['],
      ["nothing", ""],
      ["ten thousand levels deep", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
      ["poisoned with __proto__", '{"object":"x","entry":[],"__proto__":{"polluted":true}}'],
      ["poisoned with constructor", '{"entry":[{"constructor":{"prototype":{"polluted":true}}}]}'],
      ["not UTF-8", Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ])("a correctly signed body that is %s is answered 200 and kept aside", async (_what, body) => {
      const before = await countOf(shop.store, "webxkey.quarantine where reason = 'not_understood'");
      const own = Buffer.from(body);
      expect(await postWebhook(shop.engine, own, signWebhook(SECRET, own))).toBe(200);
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.quarantine where reason = 'not_understood'")).toBe(
        before + 1,
      );
      expect({}).not.toHaveProperty("polluted");
    });

    test("a body of nearly 4 MB is answered 200", async () => {
      const large = Buffer.alloc(INBOX_BODY_BYTES, " ");
      expect(await postWebhook(shop.engine, large, signWebhook(SECRET, large))).toBe(200);
      await untilApplied(shop.store);
    });

    test("bytes are verified as they came: with emoji, with escaped unicode and escaped slashes", async () => {
      const before = await countOf(shop.store, "webxkey.inbound_messages");
      const texts = ["Très bien 👍🏽 ආයුබෝවන් / नमस्ते", "as it is, unescaped 👋 äöå"];
      const escaped = encodeWebhook(message(texts[0] ?? ""));
      expect(escaped.toString()).toContain("\\ud83d\\udc4d");
      const plain = Buffer.from(JSON.stringify(message(texts[1] ?? "")));
      for (const one of [escaped, plain])
        expect(await postWebhook(shop.engine, one, signWebhook(SECRET, one))).toBe(200);
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.inbound_messages")).toBe(before + 2);
    });

    test("a body posted again is answered 200 and changes nothing", async () => {
      const again = encodeWebhook(message("Once only"));
      const signature = signWebhook(SECRET, again);
      expect(await postWebhook(shop.engine, again, signature)).toBe(200);
      await untilApplied(shop.store);
      const tables = ["inbox", "quarantine", "inbound_messages", "contacts", "consents", "audit_entries"];
      const before = await fingerprintOf(shop.store, tables);
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => postWebhook(shop.engine, again, signature)),
      );
      expect(new Set(replies)).toEqual(new Set([200]));
      await untilApplied(shop.store);
      expect(await fingerprintOf(shop.store, tables)).toEqual(before);
    });

    test("one message in two different bodies is one message", async () => {
      const before = await countOf(shop.store, "webxkey.inbound_messages");
      const wamid = `wamid.twice${name}`;
      const atSeconds = nowSeconds();
      await deliver(shop.engine, message("Twice", { wamid, atSeconds }));
      await deliver(shop.engine, { ...message("Twice", { wamid, atSeconds }), again: true });
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.inbound_messages")).toBe(before + 1);
    });

    test("what is older than eight days is kept aside and not applied", async () => {
      const before = await countOf(shop.store, "webxkey.inbound_messages");
      const aside = await countOf(shop.store, "webxkey.quarantine where reason = 'too_old'");
      const days = (count: number) => nowSeconds() - count * 86_400;
      await deliver(shop.engine, message("Nine days ago", { atSeconds: days(9) }));
      await deliver(shop.engine, message("Seven days ago", { atSeconds: days(7) }));
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.inbound_messages")).toBe(before + 1);
      expect(await countOf(shop.store, "webxkey.quarantine where reason = 'too_old'")).toBe(aside + 1);
      expect(await placesOf(shop.store, ["Nine days ago"])).toEqual([]);
    });

    test("one that cannot be applied is postponed and at last kept aside, while its neighbours are applied", async () => {
      // A reaction is what this database cannot take.
      await shop.store.query(
        "alter table webxkey.inbound_messages add constraint poisoned check (kind <> 'reaction') not valid",
      );
      const before = await countOf(shop.store, "webxkey.inbound_messages");
      const poison = message("x");
      Object.assign(poison.entry[0]?.changes[0]?.value["messages"] as object[], [
        {
          from: PHONE.slice(1),
          id: `wamid.poison${name}`,
          timestamp: String(nowSeconds()),
          type: "reaction",
          reaction: { message_id: "wamid.x", emoji: "👍" },
        },
      ]);
      await Promise.all([
        deliver(shop.engine, message("before it")),
        deliver(shop.engine, poison),
        deliver(shop.engine, message("after it")),
      ]);
      await untilCount(shop.store, before + 2, "webxkey.inbound_messages");
      for (let failures = 1; failures < 6; failures++) {
        await untilCount(shop.store, 1, `webxkey.inbox where state = 'stored' and failures >= ${failures}`);
        await shop.store.query("update webxkey.inbox set due_at = now() where state = 'stored'");
      }
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.quarantine where reason = 'failed_repeatedly'")).toBe(1);
      expect(await countOf(shop.store, "webxkey.inbound_messages")).toBe(before + 2);
      await shop.store.query("alter table webxkey.inbound_messages drop constraint poisoned");
    });

    test("one whose stored bytes were damaged is kept aside too and does not hold up its neighbours", async () => {
      const before = await countOf(shop.store, "webxkey.inbound_messages");
      const aside = await countOf(shop.store, "webxkey.quarantine where reason = 'failed_repeatedly'");
      await shop.store.query(
        `insert into webxkey.inbox (body_hash, verified_by, body_raw, failures) values ('\\x00', '[]', '\\x01', 5)`,
      );
      await deliver(shop.engine, message("behind a damaged one"));
      await untilCount(shop.store, before + 1, "webxkey.inbound_messages");
      await untilApplied(shop.store);
      expect(await countOf(shop.store, "webxkey.quarantine where reason = 'failed_repeatedly'")).toBe(
        aside + 1,
      );
    });
  });
});
