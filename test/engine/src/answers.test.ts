import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, OWNER, STORES, untilState } from "./engine.ts";
import {
  auditOf,
  happened,
  openShop,
  publishOne,
  refOf,
  type Shop,
  says,
  secondsAgo,
  stranger,
  webhooksApplied,
} from "./shop.ts";

interface Answers {
  readonly answers: readonly {
    answer_id: string;
    text: string | null;
    from: string | null;
    quoted: boolean;
    entity: { type: string; ref: string } | null;
    read_at: string | null;
    read_by: string | null;
  }[];
  readonly unread: number;
  readonly next_cursor: string | null;
}

describe.each(STORES)("a customer's answer, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const list = async (query = "") => (await shop.engine.call<Answers>("GET", `/v1/answers${query}`)).body;
  const unread = async () => (await list("?unread=true")).unread;

  async function toldOrder(phone = stranger()) {
    const event = happened("order.placed", { phone });
    const { messageId } = await publishOne(shop, event, { claims: [claim()] });
    await untilState(shop.engine, messageId, "read");
    return { phone, ref: refOf(event) };
  }

  test("is shown with its text and the order that was told last, and counted until somebody marks it (D 8.7)", async () => {
    const { phone, ref } = await toldOrder();
    const before = await unread();
    await says(shop, { phone, text: "Where is my parcel? 🍵" });
    const { answers, unread: now } = await list("?unread=true");
    expect(now).toBe(before + 1);
    expect(answers[0]).toMatchObject({
      text: "Where is my parcel? 🍵",
      entity: { type: "order", ref },
      quoted: false,
      read_at: null,
    });
    expect(answers[0]?.from).toMatch(/^\+\d\*+\d\d$/);

    const answer = answers[0]?.answer_id ?? "";
    const marked = await shop.engine.call("POST", "/v1/answers/read", { answer_ids: [answer] });
    expect(marked.body).toEqual({ marked: 1, unread: before });
    expect((await shop.engine.call("POST", "/v1/answers/read", { answer_ids: [answer] })).body).toEqual({
      marked: 0,
      unread: before,
    });
    expect((await list()).answers.find(({ answer_id }) => answer_id === answer)).toMatchObject({
      read_by: OWNER,
      read_at: expect.any(String),
    });
    expect(await auditOf(shop, answer)).toMatchObject([{ action: "answer.read", actor_type: "user" }]);
  });

  test("that quotes an older message belongs to that one's order (D 8.7)", async () => {
    const { phone, ref } = await toldOrder();
    const [accepted] = await shop.simulator.accepted({ phone });
    await toldOrder(phone);
    await shop.simulator.phone(phone).reply("About the first one", { repliesTo: accepted?.wamid ?? "" });
    await webhooksApplied(shop);
    const { answers } = await list(`?entity_type=order&entity_ref=${ref}`);
    expect(answers).toMatchObject([{ text: "About the first one", quoted: true, entity: { ref } }]);
  });

  test("is none where it is a STOP, a START or a reaction (D 8.7)", async () => {
    const { phone } = await toldOrder();
    const before = await unread();
    await says(shop, { phone, text: "STOP", at: secondsAgo(2) });
    await says(shop, { phone, text: "START" });
    await shop.simulator.phone(phone).react("👍");
    await webhooksApplied(shop);
    expect(await unread()).toBe(before);
  });

  test("from somebody who was never written to is about nothing, and is shown all the same (D 8.7)", async () => {
    await says(shop, { phone: stranger(), text: "Do you sell green tea?" });
    expect((await list()).answers[0]).toMatchObject({ text: "Do you sell green tea?", entity: null });
  });

  test("is shown page by page, each once, newest first (D 8.7)", async () => {
    const phone = stranger();
    for (const second of [3, 2, 1])
      await says(shop, { phone, text: `page ${second}`, at: secondsAgo(second) });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Answers = await list(`?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.answers.map(({ text }) => text ?? ""));
      cursor = page.next_cursor;
    }
    expect(seen.filter((text) => text.startsWith("page "))).toEqual(["page 1", "page 2", "page 3"]);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("is read by nobody whose role does not have the right, and marked by nobody who may only read (D 8.7)", async () => {
    const [answer] = (await list()).answers;
    for (const [role, reads, marks] of [
      ["viewer", 403, 403],
      ["privacy_officer", 200, 403],
      ["operator", 200, 200],
    ] as const) {
      const colleague = `colleague-${role}`;
      await shop.engine.call("PUT", `/v1/members/${colleague}`, { role });
      const { status } = await shop.engine.call("GET", "/v1/answers", undefined, colleague);
      expect(status, role).toBe(reads);
      const ids = { answer_ids: [answer?.answer_id] };
      const marking = await shop.engine.call("POST", "/v1/answers/read", ids, colleague);
      expect(marking.status, role).toBe(marks);
    }
  });
});
