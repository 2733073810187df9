import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, createKey } from "./api-client.ts";
import { claim, STORES, untilState } from "./engine.ts";
import {
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  stranger,
  until,
  webhooksApplied,
  written,
} from "./shop.ts";

const WITHDRAWN = { state: "blocked", reason: { code: "consent_withdrawn" } };

/** How long twenty people at one moment may take on a busy machine. */
const ALL_READ_MS = 60_000;

let people = 0;
/** A made-up number of a country in which WhatsApp writes numbers its own way. */
const RANGES = {
  Brazil: (n: string) => ({ shop: `+55119876${n}5`, meta: `+5511876${n}5` }),
  Mexico: (n: string) => ({ shop: `+52551234${n}`, meta: `+521551234${n}` }),
  Argentina: (n: string) => ({ shop: `+54112345${n}`, meta: `+549112345${n}` }),
} as const;
type Country = keyof typeof RANGES;
const COUNTRIES = Object.keys(RANGES) as Country[];
function somebodyIn(country: Country) {
  people += 1;
  return RANGES[country](String(people).padStart(4, "0"));
}

describe.each(STORES)("whose an id is, on %s", { timeout: 90_000 }, (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const order = (phone: string) =>
    publishOne(shop, happened("order.placed", { phone }), { claims: [claim()] });
  const phoneOf = (phone: string) => shop.simulator.phone(phone);

  /** An order whose message was sent and read, with everything that Meta told of it applied. */
  async function told(phone: string) {
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "read");
    await webhooksApplied(shop);
  }

  /** Meta tells whole seconds, and of two words in the same one the STOP stands. */
  const aSecondLater = () => shop.simulator.advance(2_000);

  async function withdrawnByShop(phone: string) {
    const input = {
      identity: { kind: "phone", value: phone },
      channel: "whatsapp",
      evidence: "Said it on the phone.",
    };
    const { key } = await createKey(shop.engine, { kind: "service", scopes: ["consent:withdraw"] });
    const answer = await clientWith(shop.engine, key).call("POST", "/v1/consents/withdraw", input);
    expect(answer).toMatchObject({ status: 200 });
  }

  async function silently(phone: string, act: () => Promise<unknown>) {
    const fault = await shop.simulator.inject({ kind: "no_statuses", phone });
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "accepted");
    await act();
    await webhooksApplied(shop);
    await fault.remove();
  }

  describe.each(COUNTRIES)("in %s", (country) => {
    test.each<[string, (meta: string) => Promise<unknown>]>([
      ["a STOP in a text", (meta) => phoneOf(meta).reply("STOP")],
      ["a stop button", (meta) => phoneOf(meta).tap("Stop updates")],
      [
        "a STOP of a person whose number is hidden by now",
        async (meta) => {
          await phoneOf(meta).change({ userIdMode: "username_without_phone" });
          await phoneOf(meta).reply("STOP");
        },
      ],
    ])(
      "%s from the number that Meta answers blocks the number that was written to (D 1.1)",
      async (_what, stop) => {
        const { shop: phone, meta } = somebodyIn(country);
        await told(phone);
        await stop(meta);
        await webhooksApplied(shop);
        expect(await order(phone)).toMatchObject(WITHDRAWN);
        expect(await shop.simulator.accepted({ phone })).toHaveLength(1);
      },
    );

    test("a STOP that came before the first order counts for the number in any of its ways (D 1.1)", async () => {
      const { shop: phone, meta } = somebodyIn(country);
      await says(shop, { phone: meta, text: "STOP" });
      expect(await order(phone)).toMatchObject(WITHDRAWN);
    });

    test("a START from the number as Meta writes it lifts the STOP that the shop recorded (D 1.1)", async () => {
      const { shop: phone, meta } = somebodyIn(country);
      await told(phone);
      await shop.engine.call("PUT", "/v1/members/user_desk", { role: "operator" });
      const withdrawn = await shop.engine.call(
        "POST",
        "/v1/consents/withdraw",
        { identity: { kind: "phone", value: phone }, channel: "whatsapp", evidence: "told on the phone" },
        "user_desk",
      );
      expect(withdrawn.status).toBe(200);
      expect(await order(phone)).toMatchObject(WITHDRAWN);
      // Meta tells whole seconds: a START in the second of the STOP would not count.
      await says(shop, { phone: meta, text: "START", at: new Date(Date.now() + 2_000) });
      expect(await order(phone)).toMatchObject({ state: "queued" });
    });

    test("one person who is written to under both ways has one pace (D 1.1)", async () => {
      const { shop: phone, meta } = somebodyIn(country);
      const contacts = async () => (await shop.store.query("select 1 from webxkey.contacts")).length;
      const before = await contacts();
      await order(phone);
      await order(meta);
      expect(await contacts()).toBe(before + 1);
    });
  });

  test("a number that Meta answers with, by no rule that we know, is an opt-out for the number that was written to (D 1.1)", async () => {
    const phone = stranger();
    const meta = stranger();
    await shop.simulator.seed({ people: [{ phone, waId: meta }] });
    await silently(phone, () => phoneOf(meta).reply("STOP"));
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("a message never goes to a number that the shop did not give, though Meta calls the person by it (D 1.1)", async () => {
    const phone = stranger();
    const meta = stranger();
    await shop.simulator.seed({ people: [{ phone, waId: meta }] });
    await told(phone);
    await told(meta);
    await told(phone);
    const sent = await shop.simulator.accepted({ phone: meta });
    expect(sent.map(({ input }) => input)).toEqual([phone, meta, phone]);
  });

  test("a tap on our message is of the person it was written to, whatever Meta calls them (D 1.1)", async () => {
    const phone = stranger();
    await silently(phone, async () => {
      await phoneOf(phone).change({ userIdMode: "username_without_phone" });
      await phoneOf(phone).tap("Stop updates");
    });
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("a STOP that names nobody and answers our message is of the person it was written to (D 1.1)", async () => {
    const phone = stranger();
    await told(phone);
    const { thread } = await phoneOf(phone).show();
    const webhook = written({ phone, text: "STOP" });
    const value = webhook.entry[0]?.changes[0]?.value as {
      contacts?: object[];
      messages: [{ from?: string; context?: object }];
    };
    delete value.contacts;
    delete value.messages[0].from;
    value.messages[0].context = { id: thread.at(-1)?.wamid };
    await shop.simulator.deliver(webhook);
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("an id in the contacts beside a status is the person's too (D 1.1)", async () => {
    const phone = stranger();
    const fault = await shop.simulator.inject({ kind: "ids_in_contacts_only", phone });
    await told(phone);
    await fault.remove();
    await phoneOf(phone).change({ userIdMode: "username_without_phone" });
    await phoneOf(phone).reply("STOP");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("somebody who said STOP under a user id and is then met by number is not written to again, and two stay two (D 1.1)", async () => {
    const phone = stranger();
    await phoneOf(phone).change({ userIdMode: "username_without_phone" });
    await phoneOf(phone).reply("STOP");
    await webhooksApplied(shop);
    const contacts = await shop.store.query("select 1 from webxkey.contacts");
    // Nobody could know yet whose this number is.
    await told(phone);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
    expect(await shop.store.query("select 1 from webxkey.contacts")).toHaveLength(contacts.length + 1);
    const audited = await shop.store.query<{ action: string }>(
      "select action from webxkey.audit_entries where action like 'contact.identity_%'",
    );
    expect(audited.map(({ action }) => action)).toContain("contact.identity_shared");
    expect((await shop.engine.call("POST", "/v1/audit/verify", {})).body).toMatchObject({ ok: true });
  });

  test("a STOP of two people who turned out to be one stops both, and a START confirms both again (D 1.1)", async () => {
    const phone = stranger();
    await phoneOf(phone).change({ userIdMode: "username_without_phone" });
    await phoneOf(phone).reply("hello");
    await webhooksApplied(shop);
    await told(phone);
    await phoneOf(phone).reply("STOP");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
    await aSecondLater();
    await phoneOf(phone).reply("START");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject({ state: "queued" });
  });

  describe("somebody whom Meta joins to a number that they wrote from before", () => {
    /** Known by the number and user id that they wrote with, and by the number that the shop has. */
    async function knownTwice() {
      const [phone, meta] = [stranger(), stranger()];
      await shop.simulator.seed({ people: [{ phone, waId: meta }] });
      await phoneOf(phone).reply("hello");
      await webhooksApplied(shop);
      await silently(phone, async () => undefined);
      await phoneOf(phone).change({ userIdMode: "username_without_phone" });
      return { phone, meta };
    }

    test("stops both numbers with a STOP under the user id alone, and a START confirms the shop's again (D 1.1)", async () => {
      const { phone, meta } = await knownTwice();
      await phoneOf(phone).reply("STOP");
      await webhooksApplied(shop);
      expect(await order(phone)).toMatchObject(WITHDRAWN);
      expect(await order(meta)).toMatchObject(WITHDRAWN);
      await aSecondLater();
      await phoneOf(phone).reply("START");
      await webhooksApplied(shop);
      expect(await order(phone)).toMatchObject({ state: "queued" });
    });

    test("is withdrawn under both by the shop's word for one (D 1.1)", async () => {
      const { phone, meta } = await knownTwice();
      await withdrawnByShop(phone);
      expect(await order(phone)).toMatchObject(WITHDRAWN);
      expect(await order(meta)).toMatchObject(WITHDRAWN);
    });

    test("holds both numbers where a message under the user id may mean stop (D 1.4)", async () => {
      const { phone, meta } = await knownTwice();
      await phoneOf(phone).reply("STOP I never ordered anything");
      await webhooksApplied(shop);
      const held = { state: "held", reason: { code: "opt_out_unsure" } };
      expect(await order(phone)).toMatchObject(held);
      expect(await order(meta)).toMatchObject(held);
    });

    test("is stopped also where the joining and the STOP are applied at one moment (D 1.1)", async () => {
      const people = Array.from({ length: 8 }, () => ({ phone: stranger(), waId: stranger() }));
      await shop.simulator.seed({ people });
      for (const { phone } of people) await phoneOf(phone).reply("hello");
      await webhooksApplied(shop);
      for (const { phone } of people) await phoneOf(phone).change({ userIdMode: "username_without_phone" });
      await Promise.all(
        people.map(async ({ phone }) => {
          const { messageId } = await order(phone);
          await until("it was not sent", async () => (await shop.simulator.accepted({ phone })).length > 0);
          await phoneOf(phone).reply("STOP");
          await untilState(shop.engine, messageId, "read", ALL_READ_MS);
        }),
      );
      await webhooksApplied(shop);
      for (const { phone } of people) expect(await order(phone)).toMatchObject(WITHDRAWN);
    });
  });

  test("two who are joined by a third are one, whoever of them says STOP (D 1.1)", async () => {
    const [one, other, meta] = [stranger(), stranger(), stranger()];
    await told(meta);
    for (const phone of [one, other]) {
      await shop.simulator.seed({ people: [{ phone, waId: meta }] });
      await silently(phone, async () => undefined);
    }
    await withdrawnByShop(one);
    for (const phone of [one, other, meta]) expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("a message under a user id that may mean stop holds the number that Meta joins to it later (D 1.4)", async () => {
    const phone = stranger();
    await phoneOf(phone).change({ userIdMode: "username_without_phone" });
    await phoneOf(phone).reply("STOP I never ordered anything");
    await webhooksApplied(shop);
    // Nobody could know yet whose this number is.
    await told(phone);
    expect(await order(phone)).toMatchObject({ state: "held", reason: { code: "opt_out_unsure" } });
  });

  test("a user id that is learned while its STOP is applied elsewhere is not missed (D 1.1)", async () => {
    const phones = Array.from({ length: 20 }, stranger);
    for (const phone of phones) {
      await phoneOf(phone).change({ userIdMode: "username_without_phone" });
      await phoneOf(phone).reply("hello");
    }
    await webhooksApplied(shop);
    await Promise.all(
      phones.map(async (phone) => {
        const { messageId } = await order(phone);
        await until("it was not sent", async () => (await shop.simulator.accepted({ phone })).length > 0);
        await phoneOf(phone).reply("STOP");
        await untilState(shop.engine, messageId, "read", ALL_READ_MS);
      }),
    );
    await webhooksApplied(shop);
    for (const phone of phones) expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("a new user id is told by the previous one, and its STOP counts for the number (D 1.7)", async () => {
    const phone = stranger();
    await told(phone);
    await phoneOf(phone).changeUserId();
    await webhooksApplied(shop);
    // Who changes a user id has to say START before anything is sent.
    await aSecondLater();
    await phoneOf(phone).reply("START");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject({ state: "queued" });
    await phoneOf(phone).change({ userIdMode: "username_without_phone" });
    await aSecondLater();
    await phoneOf(phone).reply("STOP");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("who said STOP and then takes a new number is not written to under the new one (D 1.7)", async () => {
    const [before, after] = [stranger(), stranger()];
    await told(before);
    await phoneOf(before).reply("STOP");
    await phoneOf(before).changeNumber(after);
    await webhooksApplied(shop);
    expect(await order(after)).toMatchObject(WITHDRAWN);
  });

  test.each([
    ["STOP", WITHDRAWN],
    ["STOP I never ordered anything", { state: "held", reason: { code: "opt_out_unsure" } }],
  ])(
    "%s from the old number, written before the change and heard of after it, counts for the new one (D 1.7)",
    async (text, expected) => {
      const [before, between, after] = [stranger(), stranger(), stranger()];
      await told(before);
      await phoneOf(before).changeNumber(between);
      await webhooksApplied(shop);
      await aSecondLater();
      await phoneOf(between).changeNumber(after);
      await webhooksApplied(shop);
      await says(shop, { phone: before, text, at: new Date(Date.now() - 60_000) });
      expect(await order(after)).toMatchObject(expected);
    },
  );

  test("a STOP from the old number by whoever has it next says nothing of the person who left it (D 1.7)", async () => {
    const [before, after] = [stranger(), stranger()];
    await told(before);
    await phoneOf(before).changeNumber(after);
    await webhooksApplied(shop);
    await says(shop, { phone: before, text: "STOP", at: new Date(Date.now() + 600_000) });
    expect(await order(after)).toMatchObject({ state: "queued" });
  });

  test("who takes a new number without a STOP is written to there, and not under the old one (D 1.7)", async () => {
    const [before, after] = [stranger(), stranger()];
    await told(before);
    await phoneOf(before).changeNumber(after);
    await webhooksApplied(shop);
    expect(await order(after)).toMatchObject({ state: "queued" });
    expect(await order(before)).toMatchObject({ state: "blocked" });
  });
});
