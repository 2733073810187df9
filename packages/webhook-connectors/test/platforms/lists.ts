import { createHash } from "node:crypto";
import type { Answer, Asked } from "../platform-server.ts";
import { dolibarrRecords } from "./dolibarr.ts";
import { salesOrder } from "./erpnext.ts";
import { espoRecords } from "./espocrm.ts";
import { odooRecords } from "./odoo.ts";
import { numberOf, paidOrder, spaced } from "./platform.ts";
import { graphqlNode, shopifyRecords } from "./shopify.ts";
import { squareRecords } from "./square.ts";
import { wooOrderRecord } from "./woocommerce.ts";

/**
 * Platforms as they list what has changed, each in its own language of questions, written from its documentation. Where the real one
 * keeps no order among equal times, neither does its stand-in: they come in another order each time.
 */

export type Changes = ReadonlyMap<number, Date>;

export interface ListedPlatform {
  /** The id that the connector gives the order of this number. */
  idOf(order: number): string;
  answer(asked: Asked, changes: Changes, turn: number): Answer;
}

interface Row {
  readonly order: number;
  readonly at: string;
}

/** What changed in a window of texts, by time and then by chance, or by id. */
function rowsOf(
  changes: Changes,
  write: (at: Date) => string,
  { from, after, before, to }: { from?: string; after?: string; before?: string; to?: string },
  orderBy: "time" | "id" | "time and id",
  turn: number,
): Row[] {
  const chance = ({ order }: Row) =>
    orderBy === "time"
      ? createHash("sha1").update(`${turn} ${order}`).digest("hex")
      : String(order).padStart(6, "0");
  const key = (row: Row) => (orderBy === "id" ? chance(row) : `${row.at} ${chance(row)}`);
  return [...changes]
    .map(([order, at]) => ({ order, at: write(at) }))
    .filter(
      ({ at }) =>
        (from === undefined || at >= from) &&
        (after === undefined || at > after) &&
        (before === undefined || at < before) &&
        (to === undefined || at <= to),
    )
    .sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

const seconds = (at: Date) => at.toISOString().slice(0, 19);
const refOf = (order: number) => `order_${order}`;
const happeningOf = (order: number) =>
  ({ ...paidOrder, ref: refOf(order), type: "order.confirmed" }) as const;
const only = (value: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));

const woocommerce: ListedPlatform = {
  idOf: (order) => String(10_000 + order),
  answer({ path, query }, changes, turn) {
    const record = ({ order, at }: Row) => ({
      ...wooOrderRecord({ ...paidOrder, type: "order.paid" }, { date_modified_gmt: at }),
      id: 10_000 + order,
    });
    const fields = (query.get("_fields") ?? "").split(",");
    const id = /orders\/(\d+)$/.exec(path)?.[1];
    if (id) {
      const at = changes.get(Number(id) - 10_000);
      if (!at) return { status: 404, body: { code: "woocommerce_rest_shop_order_invalid_id" } };
      return { body: only(record({ order: Number(id) - 10_000, at: seconds(at) }), fields) };
    }
    const window = {
      after: query.get("modified_after") ?? "",
      ...optional("before", query.get("modified_before")),
    };
    const rows = rowsOf(changes, seconds, window, query.get("orderby") === "id" ? "id" : "time", turn);
    const start = Number(query.get("offset"));
    const page = rows.slice(start, start + Math.min(100, Number(query.get("per_page"))));
    return { body: page.map((row) => only(record(row), fields)) };
  },
};

const erpnext: ListedPlatform = {
  idOf: (order) => `SAL-ORD-2026-${numberOf(refOf(order))}`,
  answer({ path, query }, changes, turn) {
    const write = (at: Date) => `${spaced(new Date(at.getTime() + 5.5 * 3_600_000).toISOString())}.000000`;
    const record = ({ order, at }: Row) => ({ ...salesOrder(happeningOf(order)), modified: at });
    const name = /^api\/resource\/Sales Order\/(.+)$/.exec(path)?.[1];
    if (name) {
      const found = [...changes].find(([order]) => erpnext.idOf(order) === name);
      if (!found) return { status: 404, body: { exc_type: "DoesNotExistError" } };
      return { body: { data: record({ order: found[0], at: write(found[1]) }) } };
    }
    const filters = JSON.parse(query.get("filters") ?? "[]") as [string, string, string][];
    const bound = (operator: string) => filters.find(([, is]) => is === operator)?.[2];
    const window = { ...optional("from", bound(">=")), ...optional("before", bound("<")) };
    const rows = rowsOf(changes, write, window, query.get("order_by") === "name asc" ? "id" : "time", turn);
    const fields = JSON.parse(query.get("fields") ?? "[]") as string[];
    const start = Number(query.get("limit_start"));
    const page = rows.slice(start, start + Number(query.get("limit_page_length")));
    const listed = ({ doctype: _, event: __, ...document }: ReturnType<typeof record>) => document;
    const data = page.map((row) => (fields.includes("*") ? listed(record(row)) : only(record(row), fields)));
    return { body: { data } };
  },
};

const odoo: ListedPlatform = {
  idOf: (order) => String(10_000 + order),
  answer({ body }, changes, turn) {
    const write = (at: Date) => spaced(at.toISOString());
    const { args } = (body as { params: { args: unknown[] } }).params;
    const [domain] = args[5] as [[string, string, string | number][]];
    const options = args[6] as { fields: string[]; order?: string; limit: number; offset?: number };
    const bound = (operator: string) => domain.find(([, is]) => is === operator)?.[2];
    const id = bound("=");
    const window = { ...optional("from", bound(">=")), ...optional("before", bound("<")) };
    const order = options.order === "id asc" ? "id" : "time and id";
    const rows = rowsOf(changes, write, window, order, turn).filter(
      (row) => id === undefined || row.order === Number(id) - 10_000,
    );
    const start = options.offset ?? 0;
    const result = rows.slice(start, start + options.limit).map((row) => ({
      ...only({ ...odooRecords(happeningOf(row.order)).order, write_date: row.at }, options.fields),
      id: 10_000 + row.order,
    }));
    return { body: { jsonrpc: "2.0", id: 1, result } };
  },
};

const dolibarr: ListedPlatform = {
  idOf: (order) => String(10_000 + order),
  answer({ path, query }, changes, turn) {
    // 14 March is winter time in Paris.
    const write = (at: Date) =>
      new Date(at.getTime() + 3_600_000).toISOString().slice(0, 19).replaceAll(/\D/g, "");
    const record = ({ order }: Pick<Row, "order">) => ({
      ...dolibarrRecords(happeningOf(order)).order,
      id: String(10_000 + order),
      date_modification: (changes.get(order)?.getTime() ?? 0) / 1_000,
    });
    const id = /orders\/(\d+)$/.exec(path)?.[1];
    if (id) {
      const order = Number(id) - 10_000;
      return changes.has(order)
        ? { body: record({ order }) }
        : { status: 404, body: { error: { code: 404 } } };
    }
    const filters = query.get("sqlfilters") ?? "";
    const window = {
      ...optional("from", /t\.tms:>=:'(\d+)'/.exec(filters)?.[1]),
      ...optional("before", /t\.tms:<:'(\d+)'/.exec(filters)?.[1]),
    };
    const rows = rowsOf(changes, write, window, query.get("sortfield") === "t.rowid" ? "id" : "time", turn);
    const limit = Number(query.get("limit"));
    const start = Number(query.get("page")) * limit;
    const properties = query.get("properties")?.split(",");
    const page = rows.slice(start, start + limit).map(record);
    if (page.length === 0)
      return { status: 404, body: { error: { code: 404, message: "Not Found: No order found" } } };
    return { body: properties ? page.map((one) => only(one, properties)) : page };
  },
};

const espocrm: ListedPlatform = {
  idOf: (order) => `64f0c0ffee000${String(order).padStart(4, "0")}`,
  answer({ path, query }, changes, turn) {
    const write = (at: Date) => spaced(at.toISOString());
    const record = ({ order, at }: Row) => ({
      ...espoRecords(happeningOf(order)).order,
      id: espocrm.idOf(order),
      modifiedAt: at,
    });
    const id = /^api\/v1\/SalesOrder\/(.+)$/.exec(path)?.[1];
    if (id) {
      const found = [...changes].find(([order]) => espocrm.idOf(order) === id);
      return found ? { body: record({ order: found[0], at: write(found[1]) }) } : { status: 404, body: {} };
    }
    const window = {
      ...optional("after", query.get("where[0][value]")),
      ...optional("before", query.get("where[1][value]")),
    };
    const rows = rowsOf(changes, write, window, query.get("orderBy") === "id" ? "id" : "time", turn);
    const start = Number(query.get("offset"));
    const select = query.get("select")?.split(",");
    const list = rows
      .slice(start, start + Number(query.get("maxSize")))
      .map((row) => (select ? only(record(row), select) : record(row)));
    return { body: { total: rows.length, list } };
  },
};

const shopify: ListedPlatform = {
  idOf: (order) => String(10_000 + order),
  answer({ body }, changes, turn) {
    const { query, variables } = body as { query: string; variables: Record<string, string | null> };
    const gid = (order: number) => `gid://shopify/Order/${10_000 + order}`;
    const node = ({ order, at }: Row) => ({
      ...graphqlNode(shopifyRecords({ ...paidOrder, type: "order.paid" })),
      id: gid(order),
      updatedAt: at,
    });
    const write = (at: Date) => at.toISOString();
    if (variables["id"]) {
      const found = [...changes].find(([order]) => gid(order) === variables["id"]);
      return { body: { data: { node: found ? node({ order: found[0], at: write(found[1]) }) : null } } };
    }
    const search = variables["query"] ?? "";
    const window = {
      ...optional("from", /updated_at:>='([^']+)'/.exec(search)?.[1]),
      ...optional("before", /updated_at:<'([^']+)'/.exec(search)?.[1]),
    };
    const isById = query.includes("sortKey: ID");
    const rows = rowsOf(changes, write, window, isById ? "id" : "time and id", turn);
    // A cursor names the last record and not its place.
    const key = ({ order, at }: Row) => (isById ? `${10_000 + order}` : `${at} ${10_000 + order}`);
    const { after } = variables;
    const rest = rows.filter((row) => after === null || after === undefined || key(row) > after);
    const page = rest.slice(0, Number(variables["first"]));
    const last = page.at(-1);
    const pageInfo = { hasNextPage: rest.length > page.length, endCursor: last ? key(last) : null };
    const isIds = query.includes("nodes { id updatedAt }");
    const nodes = page.map((row) => (isIds ? { id: gid(row.order), updatedAt: row.at } : node(row)));
    return { body: { data: { orders: query.includes("nodes") ? { nodes, pageInfo } : { pageInfo } } } };
  },
};

const square: ListedPlatform = {
  idOf: (order) => `ORDER555x${order}`,
  answer({ path, body }, changes, turn) {
    const write = (at: Date) => at.toISOString();
    const record = ({ order, at }: Row) => ({
      ...squareRecords(happeningOf(order)).order,
      id: square.idOf(order),
      updated_at: at,
    });
    const id = /^v2\/orders\/(ORDER555x\d+)$/.exec(path)?.[1];
    if (id) {
      const found = [...changes].find(([order]) => square.idOf(order) === id);
      return found
        ? { body: { order: record({ order: found[0], at: write(found[1]) }) } }
        : { status: 404, body: { errors: [{ code: "NOT_FOUND" }] } };
    }
    const { query, limit, cursor } = body as {
      query: { filter: { date_time_filter: { updated_at: { start_at: string; end_at?: string } } } };
      limit: number;
      cursor?: string;
    };
    const { start_at: from, end_at: to } = query.filter.date_time_filter.updated_at;
    const rows = rowsOf(changes, write, { from, ...optional("to", to) }, "time and id", turn);
    const key = ({ order, at }: Row) => `${at} ${String(order).padStart(6, "0")}`;
    const rest = rows.filter((row) => cursor === undefined || key(row) > cursor);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next = last && rest.length > page.length ? { cursor: key(last) } : {};
    return { body: page.length === 0 ? {} : { orders: page.map(record), ...next } };
  },
};

function optional<Name extends string>(name: Name, value: unknown): { [N in Name]?: string } {
  return (value === null || value === undefined ? {} : { [name]: String(value) }) as { [N in Name]?: string };
}

/** By the connector's id. */
export const LISTS: Readonly<Record<string, ListedPlatform>> = {
  woocommerce,
  erpnext,
  odoo,
  dolibarr,
  espocrm,
  shopify,
  square,
};
