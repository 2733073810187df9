import { type PublishedIntent, parsePhone } from "@webxkey/core";
import { demoAccount, type FaultKind, type SimulatedPhone, type SwitchedFault } from "@webxkey/testing";
import { claim, fastSimulator } from "../engine.ts";
import { consentsOf, happened, openShop, publishOne, type Shop, until, webhooksApplied } from "../shop.ts";
import type { StoreName } from "../stores.ts";
import { countOf } from "../webhooks.ts";
import { isStoppedAtOnce, numberOf, type StopCase, type StopKind, seededWaId, typed } from "./case.ts";

/** People who go through their cases side by side: most of the time is waiting. */
const AT_ONCE = 50;
/** A number of the same country that nobody else of a run has. */
const NEW_NUMBERS_FROM = 500_000;

export interface Violation {
  readonly n: number;
  readonly case: StopCase;
  readonly what: string;
}

/** A shop that may write to thousands of people within an hour. */
export async function openStopShop(name: StoreName): Promise<Shop> {
  const simulator = await fastSimulator();
  const { portfolio, number, waba } = demoAccount;
  await simulator.seed({
    portfolios: [{ ...portfolio, messagingLimit: "TIER_UNLIMITED" }],
    numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: 1_000 }],
  });
  return await openShop(name, { simulator, burstFloorPerHour: 1_000_000 });
}

/** Takes the cases through, and answers who was written to after the stop. Ends with the first set in which somebody was. */
export async function violationsOf(
  shop: Shop,
  cases: readonly StopCase[],
): Promise<{ violations: Violation[]; tried: number }> {
  for (let from = 0; from < cases.length; from += AT_ONCE) {
    const set = cases.slice(from, from + AT_ONCE).map((one, index) => somebody(one, from + index));
    const violations = await violationsOfSet(shop, set);
    if (violations.length > 0) return { violations, tried: from + set.length };
  }
  return { violations: [], tried: cases.length };
}

interface Somebody {
  readonly n: number;
  readonly case: StopCase;
  /** As the numbering plan writes it. */
  readonly phone: string;
  readonly newPhone: string;
  /** Of the first order. */
  readonly event: ReturnType<typeof happened>;
}

function somebody(one: StopCase, n: number): Somebody {
  const phone = numberOf(one.country, n);
  const event = happened("order.placed", { phone: asShopWrites(one, phone, one.written[0]) });
  return { n, case: one, phone, newPhone: numberOf(one.country, n + NEW_NUMBERS_FROM), event };
}

function asShopWrites({ country }: StopCase, phone: string, way: number): string {
  const read = parsePhone(typed(country, phone, way), country);
  if (!read.ok) throw new Error(`${typed(country, phone, way)} of ${country} is not read.`);
  return read.e164;
}

async function violationsOfSet(shop: Shop, people: readonly Somebody[]): Promise<Violation[]> {
  const { simulator } = shop;
  const each = (act: (one: Somebody) => Promise<unknown>) => Promise.all(people.map(act));
  await simulator.seed({ people: people.map(seedOf) });
  const naming = await Promise.all(people.flatMap((one) => namingFaults(shop, one)));

  await each(async ({ case: { before }, phone }) => {
    if (before !== "nothing") await simulator.phone(phone).reply(before === "stop" ? "STOP" : "hello");
  });
  await webhooksApplied(shop);

  const sending = await Promise.all(people.flatMap((one) => sendingFaults(shop, one)));
  const first = await Promise.all(people.map(({ event }) => publishOne(shop, event, { claims: [claim()] })));
  await messagesSettled(shop, people, first);
  await Promise.all(sending.map((fault) => fault.remove()));

  await each((one) => change(simulator.phone(one.phone), one));
  await webhooksApplied(shop);
  // Meta tells whole seconds, and of two words in the same one the STOP stands.
  await simulator.advance(2_000);
  await each(async ({ case: { change }, phone }) => {
    if (change === "new user id") await simulator.phone(phone).reply("START");
  });
  await webhooksApplied(shop);
  await simulator.advance(2_000);
  await each(async ({ case: { before, stop, change }, phone, newPhone }) => {
    if (before !== "stop") await say(simulator.phone(change === "new number" ? newPhone : phone), stop);
  });
  await webhooksApplied(shop);
  await each(async ({ case: { change }, phone, newPhone }) => {
    if (change === "new number after") await simulator.phone(phone).changeNumber(newPhone);
  });
  await webhooksApplied(shop);
  await Promise.all(naming.map((fault) => fault.remove()));

  const found = await Promise.all(people.map((one, index) => violationOf(shop, one, first[index])));
  return found.flatMap((what, index) => {
    const one = people[index];
    return what && one ? [{ n: one.n, case: one.case, what }] : [];
  });
}

function seedOf({ n, phone, case: { country, mode, parentOnly } }: Somebody) {
  const waId = seededWaId(country, phone);
  return {
    phone,
    userIdMode: mode,
    ...(waId !== undefined && { waId }),
    ...(parentOnly && { parentUserId: `US.ENT.${n}` }),
  };
}

/** How Meta calls them for the whole of their case. */
function namingFaults(
  { simulator }: Shop,
  { phone, newPhone, case: one }: Somebody,
): Promise<SwitchedFault>[] {
  const kinds: FaultKind[] = [
    ...(one.parentOnly ? ["parent_id_only" as const] : []),
    ...(one.statuses === "ids in contacts" ? ["ids_in_contacts_only" as const] : []),
    ...(one.statuses === "ids in fields" ? ["ids_in_fields_only" as const] : []),
    ...(one.answer === "names nobody" ? ["no_ids_in_answer" as const] : []),
    ...(one.answer === "names user id" ? ["user_id_in_answer" as const] : []),
  ];
  return kinds.flatMap((kind) =>
    [phone, newPhone].map((number) => simulator.inject({ kind, phone: number })),
  );
}

function sendingFaults({ simulator }: Shop, { phone, case: { answer, statuses } }: Somebody) {
  const kinds: FaultKind[] = [
    ...(answer === "lost" ? ["reset_after" as const] : []),
    ...(statuses === "none" ? ["no_statuses" as const] : []),
  ];
  return kinds.map((kind) => simulator.inject({ kind, phone }));
}

/** Every first message has left, and all that Meta tells of it is applied. */
async function messagesSettled(
  shop: Shop,
  people: readonly Somebody[],
  intents: readonly PublishedIntent[],
): Promise<void> {
  const named = intents.map(({ messageId }) => `'${messageId}'`).join(",");
  const silent = people.flatMap(({ case: { statuses } }, index) =>
    statuses === "none" ? [`'${intents[index]?.messageId}'`] : [],
  );
  const allowed = silent.length > 0 ? ` or state = 'accepted' and message_id in (${silent.join(",")})` : "";
  await until("first messages have not left", async () => {
    const open = `webxkey.messages where message_id in (${named}) and not (state in ('read', 'blocked')${allowed})`;
    return (await countOf(shop.store, open)) === 0;
  });
  await webhooksApplied(shop);
}

async function change(phone: SimulatedPhone, { newPhone, case: { change } }: Somebody): Promise<void> {
  switch (change) {
    case "hides number":
      await phone.change({ userIdMode: "username_without_phone" });
      return;
    case "new user id":
      return await phone.changeUserId();
    case "new number":
      return await phone.changeNumber(newPhone);
    default:
  }
}

const interactive = (reply: object) => ({ type: "interactive", interactive: reply });

async function say(phone: SimulatedPhone, stop: StopKind): Promise<void> {
  switch (stop) {
    case "text":
      return void (await phone.reply("STOP"));
    case "caption":
      return void (await phone.send({ type: "image", image: { id: "1", caption: "STOP" } }));
    case "edit": {
      const { wamid } = await phone.reply("hello");
      const message = { type: "text", text: { body: "STOP" } };
      return void (await phone.send({ type: "edit", edit: { original_message_id: wamid, message } }));
    }
    case "button":
      return void (await phone.tap("Stop updates"));
    case "label":
      return void (await phone.send({ type: "button", button: { text: "STOP", payload: "b1" } }));
    case "payload":
      return void (await phone.send({ type: "button", button: { text: "Genug", payload: "STOP:1" } }));
    case "list":
      return void (await phone.send(
        interactive({ type: "list_reply", list_reply: { id: "opt_out", title: "Option 3" } }),
      ));
    case "flow":
      return void (await phone.send(
        interactive({ type: "nfm_reply", nfm_reply: { body: "Sent", response_json: '{"choice":"0_Stop"}' } }),
      ));
    case "reaction":
      return void (await phone.react("🛑"));
    case "reply": {
      const { thread } = await phone.show();
      const ours = thread.findLast(({ origin }) => origin === "business");
      return void (await phone.reply("STOP", ours ? { repliesTo: ours.wamid } : {}));
    }
    case "order note":
      return void (await phone.send({ type: "order", order: { text: "STOP" } }));
    case "new type":
      return void (await phone.send({ type: "poll", poll: { chosen: ["STOP"] } }));
    case "standby":
      await phone.heldByAgent(true);
      return void (await phone.reply("STOP"));
    case "old chat":
      return await phone.shareOldChat([{ message: { type: "text", text: { body: "STOP" } }, agoMs: 0 }]);
    case "preferences":
      return await phone.setMarketing("stop");
  }
}

/** What is wrong, in a sentence; undefined where the stop was respected. */
async function violationOf(
  shop: Shop,
  { case: one, phone, newPhone, event }: Somebody,
  first: PublishedIntent | undefined,
): Promise<string | undefined> {
  if (isStoppedAtOnce(one)) return first?.state === "blocked" ? undefined : "written to after an early stop";
  if (first?.state !== "queued")
    return `the first message was ${first?.state}: nothing is shown by this case`;
  const again = async (number: string) =>
    await publishOne(shop, happened("order.placed", { phone: asShopWrites(one, number, one.written[1]) }), {
      claims: [claim()],
    });
  if (one.stop === "preferences" && one.before !== "stop") {
    const consents = await consentsOf(shop, event);
    if (!consents.includes("marketing withdrawn confirmed")) return "marketing was not withdrawn";
    const { state } = await again(phone);
    return state === "blocked" ? "news of an order was stopped with marketing" : undefined;
  }
  const numbers = one.change.startsWith("new number") ? [phone, newPhone] : [phone];
  for (const number of numbers) {
    const { state } = await again(number);
    if (state !== "blocked")
      return `${number === phone ? "the number" : "the new number"} was written to again`;
  }
  return undefined;
}
