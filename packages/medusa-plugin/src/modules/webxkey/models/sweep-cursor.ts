import { model } from "@medusajs/framework/utils";

/** How far the sweep of one kind of entity has come. */
export const SweepCursor = model.define("webxkey_sweep_cursor", {
  /** The kind, such as `refund`. */
  id: model.text().primaryKey(),
  swept_until: model.dateTime(),
});
