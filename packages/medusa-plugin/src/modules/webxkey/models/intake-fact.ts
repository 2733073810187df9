import { model } from "@medusajs/framework/utils";

/**
 * One thing that happened in the store, waiting for the engine or done. It says what and which, never who: phone, name,
 * text and token are read again from the store when the row is drained.
 *
 * Rows are kept: a freed key would let the same fact in twice.
 */
export const IntakeFact = model
  .define("webxkey_intake_fact", {
    /** The business key: the fact's name and the ids that make it one of a kind. */
    id: model.text().primaryKey(),
    /** The connector's name of the fact, such as `order.placed`. */
    type: model.text(),
    /** The Medusa entity that is read again, such as an order's or a refund's id. */
    entity_id: model.text(),
    /** What tells two facts about one entity apart where its id does not; null elsewhere. */
    state: model.text().nullable(),
    /** When the event says it happened; null where only the entity tells. */
    occurred_at: model.dateTime().nullable(),
    received_at: model.dateTime(),
    do_not_notify: model.boolean().default(false),
    /** `push`: an event told us. `sweep`: we found it. */
    origin: model.enum(["push", "sweep"]),
    attempts: model.number().default(0),
    /** When it may be taken next: now, after a back-off, or when the process that holds it must have died. */
    due_at: model.dateTime(),
    done_at: model.dateTime().nullable(),
    /** Given up after too many tries; someone has to look. */
    parked_at: model.dateTime().nullable(),
    /** A code, never a message: what stood in the way of the last try, or how it ended. */
    outcome: model.text().nullable(),
  })
  .indexes([{ on: ["due_at"], where: "done_at IS NULL AND parked_at IS NULL" }]);
