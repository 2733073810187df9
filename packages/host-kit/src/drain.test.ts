import {
  createLog,
  createMessaging,
  type Fact,
  type Messaging,
  pglite,
  sampleEvent,
  secret,
} from "@webxkey/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClaimsRead, createDrain } from "./drain.ts";
import type { Intake } from "./intake.ts";

const OWNER = "user_1";
const log = createLog({ level: "silent" });
const wording = {
  id: "box",
  version: "1",
  language: "en",
  purpose: "order-updates",
  text: "Tell me about this order.",
} as const;
const WORDS = { wordingId: wording.id, wordingVersion: wording.version, wordingLanguage: wording.language };

const sample = sampleEvent("order.placed");
const shipped = sampleEvent("order.shipped");
const PLACED = "placed";
const SHIPPED = "shipped";
const EDITED = "edited";

const yes = (phone: string): ClaimsRead => ({
  kind: "claimed",
  claim: {
    ...WORDS,
    method: "form",
    occurredAt: new Date(sample.time),
    isTimeOfOrder: true,
    evidence: "box of the order",
    givenBy: { phones: [phone] },
  },
});
const no: ClaimsRead = { kind: "not_given", takenBack: [{ ...WORDS, evidence: "box of the order" }] };

let engine: Messaging;
beforeAll(async () => {
  engine = createMessaging({
    storage: pglite(),
    rootKey: secret(Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5)).toString("base64")),
    workspace: { id: "shop", name: "Tea Shop", ownerUserId: OWNER },
    rules: [],
    wordings: [wording],
    webhookUrl: "https://shop.example/webhook",
    log,
  });
  await engine.migrate();
});
afterAll(() => engine.close());

/** A made-up platform with one order of one person, which has a box. */
function shopWith(phone: string) {
  const ref = `order of ${phone}`;
  const due: Fact[] = [];
  const looks: ClaimsRead[] = [];
  const settled: string[] = [];
  const intake: Intake = {
    record: async () => 0,
    claim: async () => due.splice(0).map((fact) => ({ fact, origin: "push", attempts: 1 })),
    settle: async ({ fact }) => void settled.push(fact.type),
    retryIn: async () => undefined,
    park: async () => undefined,
    retryParked: async () => 0,
    waiting: async () => [],
  };
  const order = { ...sample.data.order, ref };
  const drainDue = createDrain<null>({
    intake,
    connector: {
      read: async ({ key, type }) => {
        if (type === PLACED)
          return { ...sample, id: key, data: { ...sample.data, order, recipient: { phone } } };
        if (type === SHIPPED)
          return {
            ...shipped,
            id: key,
            time: new Date(Date.parse(sample.time) + 60_000).toISOString(),
            data: { ...shipped.data, order: { ...shipped.data.order, ref }, recipient: { phone } },
          };
        return null;
      },
    },
    host: () => null,
    messaging: async () => engine,
    claims: async () => (looks.length > 1 ? looks.shift() : looks[0]) ?? { kind: "none" },
    editedOrder: async ({ type }) =>
      type === EDITED ? { source: sample.source, type: "order", ref, phone } : undefined,
    log,
  });
  return {
    yes: yes(phone),
    /** @param seen what one look at the box after the other finds, the last of them from then on. */
    async drain(type: string, ...seen: ClaimsRead[]): Promise<void> {
      due.push({ key: `${type}:${ref}`, type, entityId: ref });
      looks.splice(0, looks.length, ...seen);
      expect(await drainDue()).toBe(1);
    },
    /** Facts that are due together, each of a record of its own. */
    async drainTogether(...types: readonly string[]): Promise<string[]> {
      due.push(...types.map((type) => ({ key: `${type}:${ref}`, type, entityId: `${type} of ${ref}` })));
      expect(await drainDue()).toBe(types.length);
      return settled;
    },
    async methods(): Promise<string[]> {
      const request = new Request("https://shop.example/v1/consents/show", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ identity: { kind: "phone", value: phone } }),
      });
      const answer = await engine.handler(request, { userId: OWNER });
      const { consents } = (await answer.json()) as { consents: { method: string }[] };
      return consents.map(({ method }) => method);
    },
  };
}

test("a box that is unticked while its order is being published is taken back (D 9.14)", async () => {
  const shop = shopWith("+16505550101");
  await shop.drain(PLACED, shop.yes, no);
  expect(await shop.methods()).toEqual(["form", "box_unticked"]);
});

test("of edits that cross each other the last one counts (D 9.14)", async () => {
  const shop = shopWith("+16505550102");
  await shop.drain(PLACED, shop.yes);
  await shop.drain(EDITED, no, shop.yes);
  expect(await shop.methods()).toEqual(["form", "box_unticked", "ticked_later"]);
  await shop.drain(EDITED, shop.yes, no);
  expect(await shop.methods()).toEqual(["form", "box_unticked", "ticked_later", "box_unticked"]);
});

test("an edit of an order that nothing was told of records nothing, because its first event brings the box along (D 9.14)", async () => {
  const shop = shopWith("+16505550103");
  await shop.drain(EDITED, shop.yes);
  await shop.drain(EDITED, no);
  expect(await shop.methods()).toEqual([]);
  await shop.drain(PLACED, shop.yes);
  expect(await shop.methods()).toEqual(["form"]);
});

test("news of one order is told in the order in which it happened, whatever record each came from (D 9.2)", async () => {
  const shop = shopWith("+16505550104");
  expect(await shop.drainTogether(SHIPPED, "nothing", PLACED)).toEqual(["nothing", PLACED, SHIPPED]);
});
