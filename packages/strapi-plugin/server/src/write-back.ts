import type { Core } from "@strapi/strapi";
import { WebxkeyError } from "@webxkey/core";
import { attributeOfOwn, OF_STRAPI, type Schema } from "./mapping/check.ts";
import type { Mappings } from "./mapping/mappings.ts";

/** What is written back to an order, such as a customer's confirmation. */
export interface WriteBackPort {
  /** Brings an order into a state; a person who then looks sees it as if somebody had chosen it. */
  changeState(documentId: string, state: string): Promise<void>;
  /** Sets one field of the order itself. @throws WebxkeyError `invalid_input` for one that must not be written. */
  setField(documentId: string, attribute: string, value: string | number | boolean | null): Promise<void>;
}

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
 * Writes through Strapi's documents, so that the application's own rules, hooks and history hold for it.
 *
 * Warning: with draft and publish it publishes the entry, and with it what somebody has changed in its draft and not published yet.
 */
export function createWriteBack(strapi: Core.Strapi, mappings: Mappings): WriteBackPort {
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
    const written = await strapi.documents(uid as "api::order.order").update({
      documentId,
      data: { [attribute]: value } as never,
      ...(type.draftAndPublish && { status: "published" as const }),
    });
    if (!written) throw new WebxkeyError("not_found", { detail: "The order is not there any more." });
  }

  return {
    setField: write,
    async changeState(documentId, state) {
      const { order } = mappings.sound();
      if (order?.fields.state === undefined)
        throw new WebxkeyError("not_found", { detail: "No attribute is mapped as an order's state." });
      await write(documentId, order.fields.state, state);
    },
  };
}
