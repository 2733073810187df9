import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type OpenShop, openShop } from "./installation.ts";
import { done, until } from "./run-process.ts";

/** An Odoo as far as it is asked here: it answers every question with 200, also where it refuses. */
interface Odoo extends AsyncDisposable {
  readonly url: string;
  readonly records: Map<string, Record<string, unknown>>;
  refuses: boolean;
}

async function startOdoo(): Promise<Odoo> {
  const server = createServer(async (request, response) => {
    const { params } = (await json(request)) as {
      params: { args: [string, number, string, string, string, [[[string, string, number | string]]]] };
    };
    const [, , , model, , [[[field, , value]]]] = params.args;
    const record = field === "id" ? odoo.records.get(`${model} ${value}`) : undefined;
    const said = odoo.refuses
      ? { error: { code: 200, data: { name: "odoo.exceptions.AccessDenied" } } }
      : { result: record ? [record] : [] };
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...said }));
  });
  const odoo: Odoo = {
    url: "",
    records: new Map(),
    refuses: false,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(odoo, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

const opened = new AsyncDisposableStack();
let odoo: Odoo;
let shop: OpenShop;
let connection: { connection_id: string; webhook_url: string };

beforeAll(async () => {
  odoo = opened.use(await startOdoo());
  shop = opened.use(await openShop({ env: { WEBXKEY_PRIVATE_PLATFORM_HOSTS: "127.0.0.1" } }));
  const directory = mkdtempSync(join(tmpdir(), "webxkey-odoo-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const [settings, consents] = [join(directory, "settings.json"), join(directory, "consents.json")];
  const own = { baseUrl: odoo.url, database: "tea", userId: 2, apiKey: "key", orderFields: ["x_whatsapp"] };
  await writeFile(settings, JSON.stringify({ ...own, states: { sale: "order.placed" } }));
  const wording = { wording_id: "checkout", wording_version: "1", wording_language: "en" };
  await writeFile(consents, JSON.stringify([{ field: "x_whatsapp", ...wording }]));
  const create = ["connection", "create", "odoo", "--name", "Tea", "--settings", settings];
  connection = JSON.parse(await done(cli(...create, "--consents", consents, "--json"))) as typeof connection;
});
afterAll(() => opened.disposeAsync());

const cli = (...line: readonly string[]) => shop.cli(line, { env: { WEBXKEY_URL: shop.gateway.url } });
const show = () => done(cli("connection", "show", connection.connection_id));
const explain = (order: number) => done(cli("order", "explain", String(order)));

/** What Odoo keeps of an order that its customer ticked the box of. */
function sold(id: number, phone: string): void {
  // Odoo keeps whole seconds: one that began before the shop was connected would be too old.
  const now = new Date(Date.now() + 1_000).toISOString().slice(0, 19).replace("T", " ");
  const times = { date_order: now, create_date: now, write_date: now };
  const partner = { partner_id: [id, "Sheena"], partner_invoice_id: false, partner_shipping_id: false };
  const order = { id, name: `S0${id}`, state: "sale", amount_total: 49.99, currency_id: [2, "USD"] };
  odoo.records.set(`sale.order ${id}`, { ...order, ...times, ...partner, x_whatsapp: true });
  odoo.records.set(`res.partner ${id}`, { id, name: "Sheena", lang: "en_US", phone, country_code: "US" });
}

async function hint(id: number): Promise<void> {
  const body = JSON.stringify({ _model: "sale.order", _id: id, state: "sale" });
  const response = await fetch(connection.webhook_url, { method: "POST", body });
  expect(response.status).toBe(200);
}

const untilSaid = (what: string, say: () => Promise<string>, wanted: RegExp) =>
  until(what, async () => wanted.test(await say()));

test("credentials that Odoo refuses are said so, of the shop and of the order, which is told once they are mended", async () => {
  sold(7, "+16505550171");
  odoo.refuses = true;
  await hint(7);
  await untilSaid("it is not said", show, /^7 +order\.placed +waits .*credentials that may\.$/m);
  expect(await show()).toMatch(
    /^Problem since \S+Z.*: The shop refused the credentials, .* In Odoo make a new API key/m,
  );
  expect(await explain(7)).toMatch(/Z {2}Order placed in the shop\. The shop refused the credentials,/);
  const retry = () => done(cli("connection", "retry", connection.connection_id));
  const refused = await retry();
  expect(refused).toMatch(/^1 fact is read again\.$/m);
  expect(refused).not.toContain("The poll found");
  odoo.refuses = false;
  // The engine tries again by itself too, so that there may be nothing left to ask for.
  expect(await retry()).toMatch(/^(1 fact is|0 facts are) read again\.$/m);
  await untilSaid("it is not told", () => explain(7), /^ {2}order-confirmation: read$/m);
  expect(await explain(7)).not.toContain("refused the credentials");
  expect(await shop.simulator.accepted({ phone: "+16505550171" })).toHaveLength(1);
  expect(await show()).toContain("To be looked up at the platform: 0. Given up: 0.");
});

test("an order is found by the number that people know, as by the platform's id (D 9.12)", async () => {
  expect(await done(cli("order", "explain", "S07"))).toBe(await explain(7));
  expect(await done(cli("order", "explain", "#S07"))).toBe(await explain(7));
  expect(await explain(7)).toMatch(/^S07: 1 message$/m);
});

test("an order that was deleted before it was read is said to be gone, and nobody is written to", async () => {
  await hint(8);
  const gone = /Nobody is written to: it is not at the platform any more/;
  await untilSaid("it is not said", show, new RegExp(`^8 +order\\.placed +not told .*${gone.source}`, "m"));
  const lines = await explain(8);
  expect(lines).toMatch(/^8: 0 messages$/m);
  expect(lines).toMatch(gone);
});

test("an order that no shop has reported is said to be unknown, with a failure (D 9.12)", async () => {
  const unknown = await cli("order", "explain", "9");
  expect([unknown.code, unknown.stderr]).toEqual([1, ""]);
  expect(unknown.stdout).toBe(
    'No shop has reported an order 9. Compare its number; "webxkey connection list" says when each shop was last heard of.\n',
  );
});

test("what was rotated is said with the day until which the old one counts", async () => {
  const { webhook_url } = JSON.parse(
    await done(cli("connection", "rotate-address", connection.connection_id, "--json")),
  ) as typeof connection;
  expect(await show()).toMatch(
    /^The address before the last rotation leads here until \S+Z: enter the new one\.$/m,
  );
  connection = { ...connection, webhook_url };
  await hint(8);
});

test("a shop is tried before it is said to be connected, a second connection to it is warned of, and both can be mended (D 8.8, D 9.7)", async () => {
  const create = ["connection", "create", "odoo", "--name", "Other tea"];
  const answers = [odoo.url, "tea", "2", "key"].join("\n");
  odoo.refuses = true;
  const refused = await shop.cli(create, { env: { WEBXKEY_URL: shop.gateway.url }, input: answers });
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/^Other tea is stored, and the shop cannot be read yet\.$/m);
  expect(refused.stdout).toContain("In Odoo make a new API key");
  expect(refused.stdout).toContain("The connection Tea reads the same shop");
  expect(refused.stdout).toMatch(/^At the platform: Make an automation rule on Sales Order/m);
  const id = /connection update ([\w-]+)/.exec(refused.stdout)?.[1] ?? "";
  odoo.refuses = false;
  const env = { WEBXKEY_URL: shop.gateway.url };
  const mended = await shop.cli(["connection", "update", id], { env, input: answers });
  expect([mended.code, mended.stdout]).toEqual([
    0,
    "Other tea is changed.\nThe connection Tea reads the same shop, so each order would be told twice. Remove one of the two: webxkey connection remove CONNECTION --yes.\n",
  ]);
  const elsewhere = [odoo.url, "coffee", "2", "key"].join("\n");
  const other = await shop.cli(["connection", "update", id], { env, input: elsewhere });
  expect([other.code, other.stdout]).toEqual([0, "Other tea is changed.\n"]);
  expect(await done(cli("connection", "update", id, "--name", "Green tea"))).toBe("Green tea is changed.\n");
  expect(await done(cli("connection", "test", id))).toBe("Green tea answers.\n");
  expect(await done(cli("connection", "remove", id, "--yes"))).toContain("gone");
});

test("which field counts as a consent is said in words, of a shop without one how to name it, and of words that are nearly right which were meant (D 2.4)", async () => {
  const meaning =
    /^Each order whose field x_whatsapp says yes counts as its buyer's own consent to: checkout@1 \(en\)\.$/m;
  expect(await show()).toMatch(meaning);
  const directory = mkdtempSync(join(tmpdir(), "webxkey-consents-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "consents.json");
  const mapped = { field: "x_whatsapp", wording_id: "chekout", wording_version: "1", wording_language: "en" };
  const update = async (consents: readonly object[]) => {
    await writeFile(file, JSON.stringify(consents));
    return await cli("connection", "update", connection.connection_id, "--consents", file);
  };
  expect(await update([mapped])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Did you mean "checkout@1 (en)"?'),
  });
  expect((await update([])).stdout).toMatch(
    /^No field of its orders counts as a consent: --consents names one\.$/m,
  );
  expect((await update([{ ...mapped, wording_id: "checkout" }])).stdout).toMatch(meaning);
});

test("a platform's name that is nearly right is suggested (D 8.8)", async () => {
  const answered = await cli("connection", "create", "odo", "--name", "Tea");
  expect([answered.code, answered.stderr]).toEqual([1, expect.stringContaining('Did you mean "odoo"?')]);
});
