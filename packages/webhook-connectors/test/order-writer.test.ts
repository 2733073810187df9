import { readdirSync, readFileSync } from "node:fs";
import type { WriteBack } from "@webxkey/core";
import { orderWriterContract } from "@webxkey/testing/contracts";
import { describe, expect, test } from "vitest";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { PLATFORMS } from "./platforms/index.ts";

/** Held to the contract of what writes back to orders, each against a small server that keeps one order as its platform does. */

interface KeptOrder {
  readonly notes: string[];
  readonly tags: string[];
  /** For platforms that have one note for all. */
  note: string;
  state: string;
}

interface Subject {
  readonly orderRef: string;
  readonly goneRef: string;
  /** What the platform does with a write, as its documentation says; a platform's way to refuse a gone order is assumed. */
  answer(asked: Asked, order: KeptOrder): Answer;
}

const note: WriteBack = { kind: "note", text: "Confirmed on WhatsApp" };
const state: WriteBack = { kind: "state", state: "confirmed-by-customer" };
const tag: WriteBack = { kind: "tag", tag: "confirmed" };
const GONE: Answer = { status: 404, body: {} };

const SUBJECTS: Readonly<Record<string, Subject>> = {
  woocommerce: {
    orderRef: "7",
    goneRef: "999",
    answer({ method, path, body }, order) {
      const said = body as { note?: string; status?: string };
      if (path === "wp-json/wc/v3/orders/7/notes" && method === "POST") order.notes.push(said.note ?? "");
      else if (path === "wp-json/wc/v3/orders/7" && method === "PUT") order.state = said.status ?? "";
      else return GONE;
      return { status: method === "POST" ? 201 : 200, body: {} };
    },
  },
  shopify: {
    orderRef: "1",
    goneRef: "999",
    answer({ body }, order) {
      const { query, variables } = body as {
        query: string;
        variables: { id?: string; tags?: string[]; input?: { id: string; note: string } };
      };
      const isThere = (variables.id ?? variables.input?.id) === "gid://shopify/Order/1";
      const did = { userErrors: isThere ? [] : [{ field: ["id"] }] };
      if (query.startsWith("query"))
        return { body: { data: { node: isThere ? { note: order.note } : null } } };
      if (query.includes("orderUpdate")) {
        if (isThere) order.note = variables.input?.note ?? "";
        return { body: { data: { orderUpdate: did } } };
      }
      if (isThere) order.tags.push(...(variables.tags ?? []));
      return { body: { data: { tagsAdd: did } } };
    },
  },
  erpnext: {
    orderRef: "SAL-ORD-2026-00001",
    goneRef: "SAL-ORD-2026-00999",
    answer({ path, body }, order) {
      const said = body as Record<"reference_name" | "content" | "dn" | "tag" | "workflow_state", string>;
      const isThere = [said.reference_name, said.dn, path.split("/").at(-1)].includes("SAL-ORD-2026-00001");
      if (!isThere) return GONE;
      if (path === "api/resource/Comment") order.notes.push(said.content);
      else if (path === "api/method/frappe.desk.doctype.tag.tag.add_tag") order.tags.push(said.tag);
      else order.state = said.workflow_state;
      return { body: { data: {} } };
    },
  },
  odoo: {
    orderRef: "7",
    goneRef: "999",
    answer({ body }, order) {
      const { args } = (body as { params: { args: unknown[] } }).params;
      const [id] = (args[5] as [[number]])[0];
      const { body: text } = args[6] as { body: string };
      if (id !== 7) return { body: { error: { code: 200, data: { name: "odoo.exceptions.MissingError" } } } };
      order.notes.push(text);
      return { body: { jsonrpc: "2.0", id: 1, result: 99 } };
    },
  },
  dolibarr: {
    orderRef: "1",
    goneRef: "999",
    answer({ method, path, body }, order) {
      if (path.split("/").at(-1) !== "1") return GONE;
      if (method === "PUT") order.note = (body as { note_private: string }).note_private;
      return { body: { id: "1", note_private: order.note } };
    },
  },
  espocrm: {
    orderRef: "60f1c5a0d3a1b2c3d",
    goneRef: "60f1c5a0d3a1b2c3e",
    answer({ path, body }, order) {
      const said = body as { parentId?: string; post?: string } & Record<string, string>;
      if (path.endsWith("/Note") && said.parentId === "60f1c5a0d3a1b2c3d") order.notes.push(said.post ?? "");
      else if (path.endsWith("/60f1c5a0d3a1b2c3d")) [order.state = ""] = Object.values(said);
      else return GONE;
      return { body: {} };
    },
  },
};

const writers = PLATFORMS.filter(({ connector }) => connector.api?.orderWriter);

test("every connector that writes back is held to the contract", () => {
  expect(writers.map(({ connector }) => connector.id).sort()).toEqual(Object.keys(SUBJECTS).sort());
});

describe.each(writers.map((platform) => [platform.connector.id, platform] as const))(
  "what %s writes back",
  (id, { connector, settings }) => {
    const { orderRef, goneRef, answer } = SUBJECTS[id] as Subject;

    async function clauses() {
      const order: KeptOrder = { notes: [], tags: [], note: "Ring twice", state: "new" };
      const server = await servePlatform((asked) => answer(asked, order));
      const writer = connector.api?.orderWriter?.(server.client, connector.settings.parse(settings));
      if (!writer) throw new Error(`${id} writes nothing.`);
      const examples = [note, state, tag].filter(({ kind }) => writer.writes.includes(kind));
      const orderNow = async () => structuredClone(order);
      return { server, order, all: orderWriterContract({ writer, orderRef, goneRef, examples, orderNow }) };
    }

    test("keeps to every clause, and leaves alone what the merchant wrote", async () => {
      const { server, order, all } = await clauses();
      await using _ = server;
      for (const { run } of all) await run();
      expect(order.note).toMatch(/^Ring twice/);
      expect(all.map(({ clause }) => clause)).toContain("gone");
    });
  },
);

test("connectors reach their platforms through the client that they are given, and in no other way", () => {
  const sources = new URL("../src/", import.meta.url);
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(20);
  const ways = /\bfetch\s*\(|\bWebSocket\b|["'](node:)?(http|https|http2|net|tls|dgram|dns|undici)["']/;
  expect(files.filter((file) => ways.test(readFileSync(new URL(file, sources), "utf8")))).toEqual([]);
});
