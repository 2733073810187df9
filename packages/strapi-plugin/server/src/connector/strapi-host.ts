import type { Core } from "@strapi/strapi";
import type { Fact, HostEntity } from "@webxkey/core";
import { ENTRY_DELETED } from "../intake/observe.ts";
import { USER_TYPE } from "../mapping/check.ts";
import { type AccountMapping, type OrderMapping, type Row, textAt } from "../mapping/mapping.ts";
import type { Mappings } from "../mapping/mappings.ts";
import type { StrapiHost } from "./index.ts";

/** Reads entries through Strapi's query, which gives private attributes too. */
export function createStrapiHost(strapi: Core.Strapi, mappings: Mappings): StrapiHost {
  return {
    async order(documentId) {
      const { order } = mappings.sound();
      const type = mappings.orderType();
      if (!order || !type) return null;
      const rows: Row[] = await strapi.db
        .query(order.content_type)
        .findMany({ where: { documentId }, populate: componentsOf(pathsOfOrder(order)) });
      const visible = type.draftAndPublish ? rows.filter(({ publishedAt }) => publishedAt !== null) : rows;
      const row = rowOfOrder(rows, visible);
      const states = visible.map((one) => textAt(one, order.fields.state)).filter((one) => one !== undefined);
      return row ? { mapping: order, row, states } : null;
    },

    async account(documentId) {
      const { account } = mappings.sound();
      const row: Row | null = await strapi.db.query(USER_TYPE).findOne({
        where: { documentId },
        populate: componentsOf(account ? pathsOfAccount(account) : []),
      });
      return row && { mapping: account, row };
    },
  };
}

/**
 * The row that an order is read from. Strapi keeps a row for each language, and with draft and publish two: an order is what
 * stands in the language that it came in, whichever of its rows was written last.
 *
 * @param rows all rows of the order, drafts too: a published row is made anew each time, its draft stays.
 * @param candidates those of them that count.
 */
export function rowOfOrder(rows: readonly Row[], candidates: readonly Row[]): Row | undefined {
  const [first] = rows.toSorted(
    (one, other) =>
      +new Date(one["createdAt"] as string | Date) - +new Date(other["createdAt"] as string | Date) ||
      Number(one["id"]) - Number(other["id"]),
  );
  return candidates.find(({ locale }) => locale === first?.["locale"]) ?? candidates[0];
}

/** Whether an order that a fact calls deleted is gone: of an entry with several rows one may have been deleted alone. */
export function createDeletions(
  strapi: Core.Strapi,
  mappings: Mappings,
  source: string,
): (fact: Fact) => Promise<HostEntity | undefined> {
  return async ({ type, entityId }) => {
    const { order } = mappings.sound();
    if (type !== ENTRY_DELETED || !order) return undefined;
    const left = await strapi.db.query(order.content_type).count({ where: { documentId: entityId } });
    return left === 0 ? { source, type: "order", ref: entityId } : undefined;
  };
}

export function pathsOfOrder({ fields }: OrderMapping): string[] {
  const { state, phone, country, name, total, currency, code, locale, paid, refunded, consent } = fields;
  const paths = [state, ...phone, name, total, code, locale, paid, refunded, consent?.attribute];
  return [...paths, attributeIn(country), attributeIn(currency)].filter((path) => path !== undefined);
}

function pathsOfAccount({ phone, country, name, locale }: AccountMapping): string[] {
  return [...phone, attributeIn(country), name, locale].filter((path) => path !== undefined);
}

/** What an entry's acts are found by and the row itself does not hold: a consent field may lie in a component. */
export function observedComponents({ fields }: OrderMapping): Record<string, true> {
  return componentsOf(fields.consent ? [fields.consent.attribute] : []);
}

function attributeIn(of: OrderMapping["fields"]["country"]): string | undefined {
  return of && "attribute" in of ? of.attribute : undefined;
}

/** What has to be loaded beside the row itself. */
export function componentsOf(paths: readonly string[]): Record<string, true> {
  const heads = paths.filter((path) => path.includes(".")).map((path) => path.split(".", 1)[0] ?? "");
  return Object.fromEntries(heads.map((head) => [head, true]));
}
