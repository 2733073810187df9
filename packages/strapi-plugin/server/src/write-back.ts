import type { Core } from "@strapi/strapi";
import { type OrderWriter, WebxkeyError } from "@webxkey/core";
import { rowOfOrder } from "./connector/strapi-host.ts";
import { attributeOfOwn, OF_STRAPI, type Schema } from "./mapping/check.ts";
import type { Row } from "./mapping/mapping.ts";
import type { Mappings } from "./mapping/mappings.ts";

const WRITABLE = new Set([
  "string",
  "text",
  "enumeration",
  "boolean",
  "integer",
  "decimal",
  "date",
  "datetime",
]);

/**
 * Writes a field of the order itself, or the state that is mapped, through Strapi's documents: the application's own rules, hooks
 * and history hold for it, and a person who then looks sees it as if somebody had chosen it.
 *
 * Warning: with draft and publish it publishes the entry, and with it what somebody has changed in its draft and not published yet.
 */
export function createWriteBack(strapi: Core.Strapi, mappings: Mappings): OrderWriter {
  async function write(documentId: string, attribute: string, value: unknown): Promise<void> {
    mappings.sound();
    const type = mappings.orderType();
    if (!type) throw new WebxkeyError("not_found", { detail: "No content type is mapped as an order." });
    const uid = type.mapping.content_type;
    const found = attributeOfOwn(strapi as unknown as Schema, uid, attribute);
    if (!found || found.private || OF_STRAPI.has(attribute) || !WRITABLE.has(found.type)) {
      throw new WebxkeyError("invalid_input", {
        detail: `${uid} has no field ${attribute} that may be written.`,
      });
    }
    const rows: Row[] = await strapi.db.query(uid).findMany({ where: { documentId } });
    const locale = rowOfOrder(rows, rows)?.["locale"];
    const written = await strapi.documents(uid as "api::order.order").update({
      documentId,
      // In the language that the order came in: Strapi's own choice would be the default one, and it would make a row of it.
      ...(type.localized && typeof locale === "string" && { locale }),
      data: { [attribute]: value } as never,
      ...(type.draftAndPublish && { status: "published" as const }),
    });
    if (!written) throw new WebxkeyError("not_found", { detail: "The order is not there any more." });
  }

  return {
    writes: ["state", "field"],
    async write(documentId, what) {
      switch (what.kind) {
        case "field":
          return await write(documentId, what.field, what.value);
        case "state": {
          const { order } = mappings.sound();
          if (order?.fields.state === undefined)
            throw new WebxkeyError("not_found", { detail: "No attribute is mapped as an order's state." });
          return await write(documentId, order.fields.state, what.state);
        }
        default:
          throw new WebxkeyError("invalid_input", {
            detail: `An entry of Strapi has no ${what.kind}. Write one of its fields instead.`,
          });
      }
    },
  };
}
