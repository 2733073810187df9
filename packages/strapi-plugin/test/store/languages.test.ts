import { type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, registerOwner } from "./api.ts";
import { type App, openApp } from "./open-app.ts";
import {
  anOrder,
  consentsOf,
  expectDrained,
  factsOf,
  map,
  messagesOf,
  setUp,
  TRIPS,
  WITHIN,
} from "./shop.ts";

let simulator: GraphSimulator;
let app: App;
let owner: Api;

beforeAll(async () => {
  simulator = await startGraphSimulator({ statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 } });
  app = await openApp({ graphUrl: simulator.url });
  owner = await registerOwner(app);
  await app.strapi.plugin("i18n").service("locales")["create"]({ code: "de", name: "German (de)" });
  await setUp(owner, { order: TRIPS, account: null });
  // The tests say when it is looked for what was missed: at half past a minute it would be found in the middle of one.
  app.strapi.cron.remove("webxkey-sweep");
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await simulator?.close();
});

interface Documents {
  create(of: object): Promise<{ documentId: string }>;
  update(of: object): Promise<{ documentId: string }>;
  delete(of: object): Promise<unknown>;
}
const trips = () => app.strapi.documents("api::trip.trip" as never) as unknown as Documents;

function aTrip(more: Record<string, unknown> = {}) {
  const { code, phone, total, whatsapp } = anOrder();
  return { code, phone, total, whatsapp, stage: "new", ...more };
}

/** An English order with a German row beside it, as a translator makes one: without the phone and the tick. */
async function translated(more: Record<string, unknown> = {}) {
  const data = aTrip(more);
  const { documentId } = await trips().create({ data, locale: "en" });
  await trips().update({ documentId, locale: "de", data: { code: data.code, stage: "new" } });
  const write = (locale: string, change: object) => trips().update({ documentId, locale, data: change });
  return { documentId, phone: data.phone, write };
}

const told = (documentId: string) => messagesOf(owner, documentId);

test("a state is told once, whatever is corrected afterwards in which language (D 3.4)", async () => {
  const { documentId, phone, write } = await translated();
  await write("en", { stage: "shipped" });
  await write("de", { code: "corrected" });
  await write("en", { code: "corrected" });
  await write("de", { code: "corrected again" });
  await app.runtime.sweep();
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-confirmation read", "order-shipped read"]);
  await expectDrained(app);
  expect(await told(documentId)).toEqual(["order-confirmation read", "order-shipped read"]);
  expect(await simulator.accepted({ phone })).toHaveLength(2);
});

test("a language that follows later, however late, tells nothing a second time (D 3.4)", async () => {
  const { documentId, phone, write } = await translated();
  await write("en", { stage: "shipped" });
  await write("en", { stage: "delivered" });
  await write("de", { stage: "shipped" });
  await write("de", { stage: "delivered" });
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-confirmation read", "order-shipped read"]);
  await expectDrained(app);
  expect(await simulator.accepted({ phone })).toHaveLength(2);
  expect((await factsOf(app, documentId)).map(({ state, outcome }) => [state, outcome])).toEqual([
    [null, "published"],
    ["new", "nothing_to_tell"],
    ["new", "same_in_another_language"],
    ["no", "consent_read"],
    ["shipped", "published"],
    ["delivered", "nothing_to_tell"],
    ["shipped", "same_in_another_language"],
    ["delivered", "same_in_another_language"],
  ]);
});

test("a state that the order comes into again is told again, in the language that shows it first (D 3.4)", async () => {
  const { documentId, phone, write } = await translated();
  await write("de", { stage: "shipped" });
  await write("en", { stage: "shipped" });
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-confirmation read", "order-shipped read"]);
  await write("en", { stage: "new" });
  await write("de", { stage: "new" });
  await write("en", { stage: "shipped" });
  await write("de", { stage: "shipped" });
  await expectDrained(app);
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-confirmation read", "order-shipped read", "order-shipped read"]);
  expect(await simulator.accepted({ phone })).toHaveLength(3);
});

test("phone, tick and code are read in the language that the order came in (D 3.4)", async () => {
  const data = aTrip();
  const { documentId } = await trips().create({ data, locale: "de" });
  await trips().update({ documentId, locale: "en", data: { code: "translated", stage: "new" } });
  await trips().update({ documentId, locale: "en", data: { stage: "shipped" } });
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-confirmation read", "order-shipped read"]);
  const texts = (await simulator.accepted({ phone: data.phone })).map(({ request }) =>
    JSON.stringify(request),
  );
  expect(texts).toHaveLength(2);
  for (const text of texts) expect(text).toContain(data.code);
});

test("a tick is taken back in the language that the order came in, and by no other (D 9.14)", async () => {
  const { documentId, write } = await translated();
  await expect.poll(() => told(documentId), WITHIN).toEqual(["order-confirmation read"]);
  await write("de", { whatsapp: true });
  await write("de", { whatsapp: false });
  await expectDrained(app);
  expect(await consentsOf(owner, documentId)).toEqual(["form given"]);
  await write("en", { whatsapp: false });
  await expect
    .poll(() => consentsOf(owner, documentId), WITHIN)
    .toEqual(["form given", "box_unticked withdrawn"]);
});

test("a cancellation in one language is told although the others still say something else (D 3.4)", async () => {
  const { documentId, write } = await translated();
  await write("de", { stage: "cancelled" });
  await expect
    .poll(() => told(documentId), WITHIN)
    .toEqual(["order-cancelled read", "order-confirmation read"]);
});

test("a language that is deleted takes nothing back, the order does (D 3.4)", async () => {
  const { documentId } = await translated();
  await trips().delete({ documentId, locale: "de" });
  await expectDrained(app);
  const outcomes = async () => (await factsOf(app, documentId)).map(({ outcome }) => outcome);
  expect(await outcomes()).not.toContain("withdrawn");
  await trips().delete({ documentId, locale: "*" });
  await expectDrained(app);
  expect(await outcomes()).toContain("withdrawn");
});

test("what was there before the mapping is not told in any language (D 3.4)", async () => {
  await map(owner, { order: null, account: null });
  const { documentId, write } = await translated({ stage: "shipped" });
  await write("de", { stage: "shipped" });
  await map(owner, { order: TRIPS, account: null });
  await write("de", { code: "corrected" });
  await write("en", { code: "corrected" });
  await app.runtime.sweep();
  await expectDrained(app);
  expect(await told(documentId)).toEqual([]);
});

test("a state is written back in the language that the order came in, and makes no row of another (D 3.4)", async () => {
  const { documentId } = await trips().create({ data: aTrip(), locale: "de" });
  const writer = app.strapi.plugin("webxkey").service("writeBack") as {
    write(ref: string, what: object): Promise<void>;
  };
  await writer.write(documentId, { kind: "state", state: "shipped" });
  const rows = await app.strapi.db.query("api::trip.trip").findMany({ where: { documentId } });
  expect(rows.map(({ locale, stage }: { locale: string; stage: string }) => [locale, stage])).toEqual([
    ["de", "shipped"],
  ]);
});
