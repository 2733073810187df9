import type { PlatformApi, PlatformClient, Secret } from "@webxkey/core";
import { z } from "zod";
import { bodyOf, cannotWrite, changedIn, PAGE_ENTITIES_MAX, recordIn } from "../api.ts";
import { CUSTOMER_FIELDS, graphqlCustomer, graphqlOrder, ORDER_FIELDS } from "./from-graphql.ts";
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
/** A version lives for a year at the least (https://shopify.dev/docs/api/usage/versioning). */
const ENDPOINT = "admin/api/2026-07/graphql.json";
const KINDS = new Map<string, { readonly type: string; readonly fields: string; readonly record: z.ZodType }>(
  [
    ["order", { type: "Order", fields: ORDER_FIELDS, record: graphqlOrder }],
    ["customer", { type: "Customer", fields: CUSTOMER_FIELDS, record: graphqlCustomer }],
  ],
);

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const ordersPage = z.object({ orders: z.object({ nodes: z.array(z.unknown()), pageInfo }) });
const written = z.object({ userErrors: z.array(z.unknown()).max(0) });

export const shopifyApi: PlatformApi<ShopifySettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const asked = KINDS.get(kind);
    if (!asked) return undefined;
    const query = `query ($id: ID!) { node(id: $id) { ... on ${asked.type} { ${asked.fields} } } }`;
    const { node } = await ask(client, settings, query, { id: globalId(asked.type, id) });
    return recordIn(asked.record, node, `Shopify's ${kind}`);
  },

  // GraphQL has cursors instead of pages: a higher page is walked to, which is only asked for where a whole page changed at once.
  async changed(client, settings, since, page) {
    const query = `query ($first: Int!, $after: String, $query: String!) {
      orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
        nodes { ${ORDER_FIELDS} } pageInfo { hasNextPage endCursor }
      }
    }`;
    const variables = { first: PAGE_ENTITIES_MAX, query: `updated_at:>='${since.toISOString()}'` };
    let after: string | null = null;
    for (let walked = 1; ; walked++) {
      const answer: unknown = await ask(client, settings, query, { ...variables, after });
      const { nodes, pageInfo } = ordersPage.parse(answer).orders;
      if (walked < page && pageInfo.hasNextPage) {
        after = pageInfo.endCursor;
        continue;
      }
      const orders = walked < page ? [] : nodes.flatMap((node) => graphqlOrder.safeParse(node).data ?? []);
      const entities = changedIn("order", orders, shopifyOrder, (order) => ({
        id: order.shopId,
        changedAt: order.updated_at,
      }));
      return { entities, more: pageInfo.hasNextPage };
    }
  },

  actsOf: ({ kind, value }) => (KINDS.has(kind) ? [{ hostEvent: kind, payload: value }] : []),

  writes: ["note", "tag"],
  async writeBack(client, settings, orderRef, what) {
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
};

/** @throws Error where a mutation was let in and did nothing. */
function checkWritten(payload: unknown): void {
  if (!written.safeParse(payload).success)
    throw new Error("Shopify did not write to the order. Look whether it is still there.");
}

/** @throws Error where Shopify refused: GraphQL answers 200 then, with `errors`. */
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
  const read = z
    .object({ data: z.record(z.string(), z.unknown()), errors: z.undefined().optional() })
    .safeParse(bodyOf(answer, NAME));
  if (read.success) return read.data.data;
  throw new Error("Shopify refused the query. Check what the access token may read and write.");
}

function globalId(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`;
}
