import { describe, expect, test } from "vitest";
import { CUSTOMER, orderConfirmation, setStage } from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";
import type { InboundMessage } from "../webhooks/bodies.ts";

const REWRITTEN: [string, string][] = [
  ["+5511987654321", "551187654321"],
  ["+525512345678", "5215512345678"],
  ["+541123456789", "5491123456789"],
];

test.each(REWRITTEN)(
  "%s is %s in the answer, in statuses and in what the person writes (D 1.1)",
  async (phone, waId) => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation({ to: phone }));
    expect(body.contacts).toEqual([{ input: phone, wa_id: waId }]);
    await stage.receiver.until((receiver) => receiver.statuses().length === 3, { withinMs: 10_000 });
    expect(stage.receiver.statuses().map(({ recipient_id }) => recipient_id)).toEqual([waId, waId, waId]);
    const received = await stage.simulator.phone(phone).reply("Hi");
    expect(received.phone).toBe(`+${waId}`);
    expect(await stage.simulator.accepted({ phone })).toHaveLength(1);
    expect(await stage.simulator.accepted({ phone: `+${waId}` })).toHaveLength(1);
  },
);

test("numbers stay as they are where the switch is off, and any number is rewritten that is seeded so (D 1.1)", async () => {
  await using plain = await setStage({ rewriteNumbers: false });
  const { body: same } = await plain.send(orderConfirmation({ to: "+5511987654321" }));
  expect(same.contacts[0].wa_id).toBe("5511987654321");
  await using stage = await setStage();
  await stage.simulator.seed({ people: [{ phone: "+16505550123", waId: "+16505550124" }] });
  const { body } = await stage.send(orderConfirmation({ to: "+16505550123" }));
  expect(body.contacts[0].wa_id).toBe("16505550124");
});

describe("new ids", () => {
  const inbox = (stage: Awaited<ReturnType<typeof setStage>>) =>
    stage.receiver.changes().flatMap(({ field, value }) =>
      ((value as { messages?: InboundMessage[] }).messages ?? []).map((message) => ({
        field,
        message,
        value,
      })),
    );

  test("a new number is told from the old one, and with it a new user id by its previous one (D 1.7)", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    await stage.simulator.phone(CUSTOMER).changeNumber("+16505550177");
    await stage.receiver.until(() => inbox(stage).length === 3, { withinMs: 10_000 });
    const [, ...told] = inbox(stage);
    const byType = new Map(told.map(({ message }) => [(message.system as { type: string }).type, message]));
    expect(byType.get("user_changed_number")).toMatchObject({
      from: "16505551234",
      system: { wa_id: "16505550177" },
    });
    const newId = byType.get("user_changed_user_id");
    expect(newId).not.toHaveProperty("from");
    expect(newId?.system).toMatchObject({ previous_user_id: demoAccount.person.userId });
    await stage.simulator.phone("+16505550177").reply("It is me");
    await stage.receiver.until(() => inbox(stage).length === 4, { withinMs: 10_000 });
    expect(inbox(stage).at(-1)?.message).toMatchObject({
      from: "16505550177",
      from_user_id: (newId?.system as { user_id?: string } | undefined)?.user_id ?? "told",
    });
  });

  test("what a person writes comes under standby while an agent holds the chat, until the business writes (D 1.3)", async () => {
    await using stage = await setStage();
    const phone = stage.simulator.phone(CUSTOMER);
    await phone.heldByAgent(true);
    await phone.send({ type: "image", image: { id: "1", caption: "STOP" } });
    await stage.receiver.until(() => inbox(stage).length === 1, { withinMs: 10_000 });
    expect(inbox(stage)[0]).toMatchObject({
      field: "standby",
      message: { from: "16505551234", image: { caption: "STOP" } },
    });
    await stage.send({ messaging_product: "whatsapp", to: CUSTOMER, type: "text", text: { body: "Hello" } });
    await phone.reply("Hi");
    await stage.receiver.until(() => inbox(stage).length === 2, { withinMs: 10_000 });
    expect(inbox(stage)[1]?.field).toBe("messages");
    const handovers = stage.receiver.changes().filter(({ field }) => field === "messaging_handovers");
    expect(handovers).toHaveLength(2);
  });
});
