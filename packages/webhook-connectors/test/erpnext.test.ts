import { readFileSync } from "node:fs";
import type { WriteBack } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { erpnext } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { addresses, erpnextPlatform, salesOrder } from "./platforms/erpnext.ts";
import { changedSince, connectorOf, hostOf, paidOrder, SHOP } from "./platforms/platform.ts";

const settings = erpnext.settings.parse(erpnextPlatform.settings);
const connector = connectorOf(erpnextPlatform);
const { api } = erpnext;
if (!api) throw new Error("ERPNext has an API.");

const order = salesOrder({ ...paidOrder, type: "order.shipped" });
const told = (more: object) => erpnext.told(erpnextPlatform.delivery(JSON.stringify({ ...order, ...more })));

test("the README's template gives a body that is understood", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const template = /```jinja\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const filled = template.replaceAll(/\{\{ doc\.(\w+) \| tojson \}\}/g, (_all, field: keyof typeof order) =>
    JSON.stringify(order[field] ?? null),
  );
  expect(filled).not.toMatch(/\{\{/);
  const delivery = erpnextPlatform.delivery(filled);
  expect(erpnext.told(delivery)).toMatchObject({
    kind: "acts",
    entities: [{ kind: "Sales Order", id: order.name }],
  });
  expect(connector.facts("document", JSON.parse(filled)).map(({ state }) => state)).toEqual([
    "order.confirmed",
    "order.shipped",
  ]);
});

test.each([
  ...[
    "Sheena Nelson",
    "Sheena",
    "sheenanels",
    "Sheena-1",
    "Sheena-1990",
    "Sheena_Nelson",
    "SHEENA-1",
    "sheena90",
  ],
  ...["sheena@example.com", "sheena90210", "Nelson.S.7", "Jane2026"],
  ...["+16505551234", "650-555-1234", "6505551234", "16505551234", "0077-1234567", "T-0771234567", "5551234"],
  ...["TEL-16505551234", "SO16505551234"],
])(
  "a name that may be a person's, a phone or an e-mail address is no id, and the problem says so: %j (D 3.6)",
  (name) => {
    const answer = told({ name });
    expect(answer).toEqual({ kind: "malformed", detail: expect.stringContaining("named by a series") });
    expect(JSON.stringify(answer)).not.toContain(name);
  },
);

test("what lacks more than a name is not blamed on its name (D 3.6)", () => {
  expect(told({ name: "Sheena", docstatus: 7 })).toEqual({ kind: "malformed" });
  expect(told({ name: "" })).toEqual({ kind: "malformed" });
});

test.each([
  ...["SAL-ORD-2026-00001", "SO/2026/00001", "SO00001", "2026-00001", "SO_2026_0001", "a1b2c3d4e5"],
  ...[
    "SO-1",
    "SINV-26-00012",
    "2026.03.00001",
    "2026/00001",
    "26-00001",
    "00042",
    "ORD0007",
    "sal-ord-00012",
  ],
  ...["Web-2026-00012", "ACC-SINV-2026-00003-1", "SO-2026-03-15-0001"],
])("a number of a series or a hash is an id: %s (D 3.6)", (name) => {
  expect(told({ name })).toMatchObject({ kind: "acts" });
});

test("a customer who is named by name has no ref, one who is named by a series has", async () => {
  const readWith = async (customer: string) => {
    const value = { ...order, customer };
    const [fact] = connector.facts("document", value);
    if (!fact) throw new Error("no fact");
    const host = hostOf({ [`Sales Order/${order.name}`]: value, ...addresses(paidOrder) });
    return (await connector.read(fact, host))?.data.recipient.customer_ref;
  };
  expect(await readWith("Sheena Nelson")).toBeUndefined();
  expect(await readWith("CUST-2026-00042")).toBe("CUST-2026-00042");
});

test("another kind of document is none of this shop's orders", () => {
  expect(connector.facts("document", { ...order, doctype: "Lead" })).toEqual([]);
});

test("a number without its country is read with the shop's where the order has no address", async () => {
  const shop = erpnext.connector({ ...SHOP, settings: { ...settings, country: "US" } });
  const value = {
    ...order,
    contact_mobile: "(650) 555-1234",
    shipping_address_name: null,
    customer_address: null,
  };
  const [fact] = shop.facts("document", value);
  if (!fact) throw new Error("no fact");
  const event = await shop.read(fact, hostOf({ [`Sales Order/${order.name}`]: value }));
  expect(event?.data.recipient.phone).toBe("+16505551234");
});

test("a consent field is any field of the document's own", () => {
  const fieldOf = (field: string) =>
    erpnext.fieldOf({ kind: "Sales Order", id: order.name, value: order }, field);
  expect(fieldOf("whatsapp_consent")).toBe(1);
  expect(fieldOf("constructor")).toBeUndefined();
});

describe("the REST API", () => {
  const ORDERS = Array.from({ length: 3 }, (_, index) => ({
    ...order,
    name: `SAL-ORD-2026-0000${index}`,
    modified: `2026-03-14 14:30:0${index}.000000`,
  }));

  function answer({ method, path, query, body }: Asked): Answer {
    if (method !== "GET") return { body: { data: body } };
    if (path === "api/resource/Sales Order") {
      const [[field = "", , from = ""] = []] = JSON.parse(query.get("filters") ?? "[]") as string[][];
      const start = Number(query.get("limit_start"));
      const list = ORDERS.filter(({ modified }) => field === "modified" && modified >= from);
      // A list does not say what its documents are.
      return { body: { data: list.slice(start).map(({ doctype: _left, ...document }) => document) } };
    }
    const found = ORDERS.find(({ name }) => path === `api/resource/Sales Order/${name}`);
    return found ? { body: { data: found } } : { status: 404, body: { exc_type: "DoesNotExistError" } };
  }

  test("lists what changes in the hour that comes twice when the site's clock is turned back (D 9.1)", async () => {
    await using server = await servePlatform(({ query }) => {
      const [[, , from = ""] = []] = JSON.parse(query.get("filters") ?? "[]") as string[][];
      // A quarter past two, for the second time.
      const second = { ...order, modified: "2026-10-25 02:15:00.000000" };
      return { body: { data: [second].filter(({ modified }) => modified >= from) } };
    });
    const paris = { ...settings, timeZone: "Europe/Paris" };
    // Ten to three, for the first time.
    const page = await api.changed?.(server.client, paris, changedSince("2026-10-25T00:50:00Z"));
    expect(page?.entities.map(({ changedAt }) => changedAt.toISOString())).toEqual([
      "2026-10-25T01:15:00.000Z",
    ]);
  });

  test("finds a document, and nothing where it is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "Sales Order", "SAL-ORD-2026-00001")).toEqual(ORDERS[1]);
    expect(await api.find(server.client, settings, "Sales Order", "SAL-ORD-2026-00009")).toBeUndefined();
    expect(server.asked[0]?.headers.authorization).toBe("token key:api secret");
  });

  test("gives what changed since, by the clock of the site, with the facts of its webhook", async () => {
    await using server = await servePlatform(answer);
    // 14:30:01 in Colombo.
    const page = await api.changed?.(server.client, settings, changedSince("2026-03-14T09:00:01Z"));
    expect(page?.entities.map(({ id, changedAt }) => [id, changedAt.toISOString()])).toEqual([
      ["SAL-ORD-2026-00001", "2026-03-14T09:00:01.000Z"],
      ["SAL-ORD-2026-00002", "2026-03-14T09:00:02.000Z"],
    ]);
    expect(page?.more).toBe(false);
    const [entity] = page?.entities ?? [];
    const polled =
      entity && api.actsOf?.(entity).flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
    expect(polled).toEqual(connector.facts("document", ORDERS[1]));
    expect(polled).toHaveLength(2);
  });

  test("writes a comment, a workflow state and a tag", async () => {
    await using server = await servePlatform(answer);
    const write = (what: WriteBack) =>
      api.orderWriter?.(server.client, settings).write("SAL-ORD-2026-00001", what);
    await write({ kind: "note", text: "Confirmed" });
    await write({ kind: "state", state: "Approved" });
    await write({ kind: "tag", tag: "confirmed" });
    expect(server.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        "POST",
        "api/resource/Comment",
        {
          comment_type: "Comment",
          reference_doctype: "Sales Order",
          reference_name: "SAL-ORD-2026-00001",
          content: "Confirmed",
        },
      ],
      ["PUT", "api/resource/Sales Order/SAL-ORD-2026-00001", { workflow_state: "Approved" }],
      [
        "POST",
        "api/method/frappe.desk.doctype.tag.tag.add_tag",
        { tag: "confirmed", dt: "Sales Order", dn: "SAL-ORD-2026-00001" },
      ],
    ]);
    expect(api.orderWriter?.(server.client, settings).writes).toEqual(["note", "state", "tag"]);
  });
});
