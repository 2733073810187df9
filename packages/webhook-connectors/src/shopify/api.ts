import type { PlatformApi, PlatformClient, Secret } from "@webxkey/core";
import { z } from "zod";
import {
  answerOf,
  cannotWrite,
  changedPage,
  recordIn,
  unauthorized,
  unavailable,
  unreadable,
} from "../api.ts";
import { numberId, ownField } from "../fields.ts";
import { zonedTime } from "../times.ts";
import {
  CUSTOMER_FIELDS,
  graphqlCustomer,
  graphqlOrder,
  graphqlPointer,
  ORDER_FIELDS,
} from "./from-graphql.ts";
import { shopifyOrder } from "./order.ts";

/**
 * Shopify's GraphQL Admin API. Its REST API is called legacy since October 2024, and new public apps may use GraphQL alone
 * (https://shopify.dev/docs/api/admin-rest).
 */

export interface ShopifySettings {
  readonly baseUrl: string;
  readonly accessToken: Secret;
}

const NAME = "Shopify";
/**
 * The first version that knows a consent to WhatsApp. A version lives for a year at the least, this one until July 2027, and is then
 * answered as the oldest that lives (https://shopify.dev/docs/api/usage/versioning).
 */
const ENDPOINT = "admin/api/2026-07/graphql.json";
/**
 * A query may cost 1,000 points, counted from what it asks for before it is run: one for each object, and as many of a connection as
 * `first` says (https://shopify.dev/docs/api/usage/limits). An order is 45 at the most.
 */
const ORDERS_PER_PAGE = 20;
/** How many orders a cursor steps over at once; the limit of `first`. */
const STRIDE_MAX = 250;
const KINDS = new Map<string, { readonly type: string; readonly fields: string; readonly record: z.ZodType }>(
  [
    ["order", { type: "Order", fields: ORDER_FIELDS, record: graphqlOrder }],
    ["customer", { type: "Customer", fields: CUSTOMER_FIELDS, record: graphqlCustomer }],
  ],
);

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const ordersPage = z.object({ orders: z.object({ nodes: z.array(z.unknown()).default([]), pageInfo }) });
const pointer = z.object({ id: numberId, updated_at: zonedTime });
const written = z.object({ userErrors: z.array(z.unknown()).max(0) });

export const shopifyApi: PlatformApi<ShopifySettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const asked = KINDS.get(kind);
    if (!asked) return undefined;
    const query = `query ($id: ID!) { node(id: $id) { ... on ${asked.type} { ${asked.fields} } } }`;
    const { node } = await ask(client, settings, query, { id: globalId(asked.type, id) });
    // Shopify says null of what is not there.
    if (node === undefined) throw unreadable(NAME);
    return recordIn(asked.record, node, `Shopify's ${kind}`);
  },

  // GraphQL has cursors instead of pages: those before are stepped over without a look at their orders, which costs next to nothing.
  async changed(client, settings, { since, before, skip, limit, only }) {
    const ask = async (fields: string, first: number, after: string | null) => {
      const answer = await askOrders(client, settings, fields, { since, before, first, after });
      const read = ordersPage.safeParse(answer);
      if (!read.success) throw unreadable(NAME);
      return read.data.orders;
    };
    let after: string | null = null;
    for (let left = skip; left > 0; left -= STRIDE_MAX) {
      const { pageInfo } = await ask("", Math.min(left, STRIDE_MAX), after);
      if (!pageInfo.hasNextPage) return { entities: [], more: false };
      after = pageInfo.endCursor;
    }
    const fields = only ? "id updatedAt" : ORDER_FIELDS;
    const { nodes, pageInfo } = await ask(`nodes { ${fields} }`, limit, after);
    const orders = nodes.map(
      (node) => graphqlOrder.safeParse(node).data ?? graphqlPointer.safeParse(node).data,
    );
    return changedPage("order", orders, {
      record: shopifyOrder,
      pointer,
      pointerOf: (order) => ({ id: order.id, changedAt: order.updated_at }),
      query: { limit, only },
      more: pageInfo.hasNextPage,
    });
  },

  pageMax: ORDERS_PER_PAGE,

  actsOf: ({ kind, value }) => (KINDS.has(kind) ? [{ hostEvent: kind, payload: value }] : []),

  orderWriter: (client, settings) => ({
    writes: ["note", "tag"],
    async write(orderRef, what) {
      const id = globalId("Order", orderRef);
      switch (what.kind) {
        case "note": {
          // There is one note: what the merchant wrote stays above ours.
          const { node } = await ask(
            client,
            settings,
            "query ($id: ID!) { node(id: $id) { ... on Order { note } } }",
            { id },
          );
          const { note } = z.object({ note: z.string().nullable() }).parse(node);
          const input = { id, note: note ? `${note}\n${what.text}` : what.text };
          const query =
            "mutation ($input: OrderInput!) { orderUpdate(input: $input) { userErrors { field } } }";
          const { orderUpdate } = await ask(client, settings, query, { input });
          return checkWritten(orderUpdate);
        }
        case "tag": {
          const query =
            "mutation ($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { field } } }";
          const { tagsAdd } = await ask(client, settings, query, { id, tags: [what.tag] });
          return checkWritten(tagsAdd);
        }
        default:
          cannotWrite(NAME, what.kind);
      }
    },
  }),
};

/** @throws Error where a mutation was let in and did nothing. */
function checkWritten(payload: unknown): void {
  if (!written.safeParse(payload).success)
    throw new Error("Shopify did not write to the order. Look whether it is still there.");
}

/** What has changed since, oldest first. */
async function askOrders(
  client: PlatformClient,
  settings: ShopifySettings,
  fields: string,
  {
    since,
    before,
    first,
    after,
  }: {
    readonly since: Date;
    readonly before: Date | undefined;
    readonly first: number;
    readonly after: string | null;
  },
): Promise<unknown> {
  const query = `query ($first: Int!, $after: String, $query: String!) {
    orders(first: $first, after: $after, query: $query, sortKey: ${before ? "ID" : "UPDATED_AT"}) {
      ${fields} pageInfo { hasNextPage endCursor }
    }
  }`;
  const from = `updated_at:>='${since.toISOString()}'`;
  const within = before ? `${from} AND updated_at:<'${before.toISOString()}'` : from;
  return await ask(client, settings, query, { first, after, query: within });
}

/**
 * @throws WebxkeyError as `bodyOf` does. GraphQL refuses with status 200 and `errors`, also where too much was asked for at once
 * (https://shopify.dev/docs/api/usage/response-codes).
 */
async function ask(
  client: PlatformClient,
  { accessToken }: ShopifySettings,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { "x-shopify-access-token": accessToken.reveal() };
  const answer = await client.request({
    method: "POST",
    path: ENDPOINT,
    headers,
    body: { query, variables },
  });
  const said = answerOf(answer, NAME);
  const read = z
    .object({ data: z.record(z.string(), z.unknown()), errors: z.undefined().optional() })
    .safeParse(said);
  if (read.success) return read.data.data;
  if (ownField(said, "errors") === undefined) throw unreadable(NAME);
  const codes = failed.safeParse(said).data?.errors.map(({ extensions }) => extensions?.code) ?? [];
  if (codes.some((code) => code !== undefined && LATER.has(code)))
    throw unavailable("Shopify had no room for the query.");
  const detail = "Shopify refused the query. Check what the access token may read and write.";
  throw codes.includes("ACCESS_DENIED") ? unauthorized(detail) : new Error(detail);
}

/** Codes of https://shopify.dev/docs/api/admin-graphql: its errors come with the status 200. */
const LATER = new Set(["THROTTLED", "INTERNAL_SERVER_ERROR"]);
const failed = z.object({
  errors: z.array(z.object({ extensions: z.object({ code: z.string().optional() }).optional() })).max(100),
});

function globalId(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`;
}
