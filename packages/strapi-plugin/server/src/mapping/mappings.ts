import { isDeepStrictEqual } from "node:util";
import type { Core } from "@strapi/strapi";
import { type ConsentWording, type FieldProblem, WebxkeyError } from "@webxkey/core";
import { takeAsSeen } from "../intake/baseline.ts";
import type { OrderType } from "../intake/observe.ts";
import { clockOf, hostDatabase } from "../storage/host-database.ts";
import { readSetting, writeSetting } from "../storage/settings.ts";
import { problemsOf, type Schema } from "./check.ts";
import { consentFieldOf, type Mapping, mappingSchema, NO_MAPPING, type OrderMapping } from "./mapping.ts";

const SETTING = "mapping";
/** Since when the consent field is the one that it is. */
const CONSENT_SINCE = "consent_field_since";

/** The mapping with what is wrong with it now; the engine is told nothing through one that is broken. */
export interface CheckedMapping {
  readonly mapping: Mapping;
  readonly problems: readonly FieldProblem[];
}

/** What the merchant said, as this process knows it, against the content types as they are. */
export interface Mappings {
  /** As it was last read: hooks of the application's own writes wait for nothing. */
  current(): CheckedMapping;
  /** The orders' part, where it is there and sound; of a content type that is named, only if it is the orders'. */
  orderType(uid?: string): OrderType | undefined;
  /** @throws WebxkeyError `invalid_configuration` where it is broken. */
  sound(): Mapping;
  /** Reads it again: another process may have changed it. */
  refresh(): Promise<CheckedMapping>;
  /** What would be wrong with another one. */
  check(mapping: Mapping): readonly FieldProblem[];
  /** Stores one that is sound, once `before` has resolved. @throws WebxkeyError `invalid_input` with every problem. */
  save(mapping: Mapping, before: () => Promise<void>): Promise<void>;
}

export function createMappings(strapi: Core.Strapi, wordings: readonly ConsentWording[]): Mappings {
  let mapping = NO_MAPPING;
  let consentSince = 0;

  const check = (of: Mapping) => problemsOf(of, strapi as unknown as Schema, wordings);
  const current = () => ({ mapping, problems: check(mapping) });
  const typeOf = (order: OrderMapping): OrderType => {
    const type = (strapi as unknown as Schema).contentTypes[order.content_type];
    return {
      mapping: order,
      draftAndPublish: type?.options?.draftAndPublish === true,
      localized: type?.pluginOptions?.i18n?.localized === true,
      consentSince,
    };
  };

  return {
    current,
    check,

    orderType(uid) {
      const { order } = mapping;
      // First, because every write of the application asks.
      if (uid !== undefined && order?.content_type !== uid) return undefined;
      return order && check({ order, account: null }).length === 0 ? typeOf(order) : undefined;
    },

    sound() {
      const [problem] = check(mapping);
      if (!problem) return mapping;
      throw new WebxkeyError("invalid_configuration", { detail: `Mapping broken: ${problem.detail}` });
    },

    async refresh() {
      const database = hostDatabase(strapi);
      const read = mappingSchema.safeParse(await readSetting(database, SETTING));
      consentSince = Number((await readSetting(database, CONSENT_SINCE)) ?? 0);
      mapping = read.success ? read.data : NO_MAPPING;
      return current();
    },

    async save(next, noted) {
      const problems = check(next);
      if (problems.length > 0) {
        throw new WebxkeyError("invalid_input", {
          detail: "Correct the fields named here.",
          fields: problems,
        });
      }
      await noted();
      await strapi.db.transaction(async ({ trx }) => {
        const database = hostDatabase(strapi, trx);
        const before = mappingSchema.safeParse(await readSetting(database, SETTING));
        // One whose attributes only got other names goes on where it was: what happened meanwhile is still to be told.
        if (next.order && !continues(before.data?.order ?? null, next.order))
          await takeAsSeen(strapi, database, typeOf(next.order));
        await writeSetting(database, SETTING, next);
        if (isDeepStrictEqual(consentFieldOf(before.data ?? NO_MAPPING), consentFieldOf(next))) return;
        consentSince = (await clockOf(database)).getTime();
        await writeSetting(database, CONSENT_SINCE, consentSince);
      });
      mapping = next;
    },
  };
}

function continues(before: OrderMapping | null, next: OrderMapping): boolean {
  return (
    before?.content_type === next.content_type &&
    (before.fields.state !== undefined || next.fields.state === undefined) &&
    (before.created !== null || next.created === null)
  );
}
