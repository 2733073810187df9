/**
 * The plugin's tables in the application's own database. Strapi makes and changes them at start, as it does for its own. They are
 * database models and no content types: no page, no API and no permission of Strapi's reaches them.
 */

/**
 * One thing that happened, waiting for the engine or done. It says what and which, never who: phone, name, text and token are
 * read again from the entry. Rows are kept: a freed key would let the same fact in twice.
 */
export const INTAKE_TABLE = "webxkey_intake_facts";
/** A few values by name: the mapping, and how far sweeps have come. */
export const SETTINGS_TABLE = "webxkey_settings";

/**
 * Milliseconds since 1970 by the database's clock: the databases that Strapi runs on agree on no type of time. Each column has an
 * object of its own, because Strapi writes into it.
 */
const time = (column = {}) => ({ type: "biginteger", column });
const NOT_NULL = { notNullable: true };

export const MODELS = [
  {
    uid: "plugin::webxkey.intake-fact",
    singularName: "webxkey-intake-fact",
    tableName: INTAKE_TABLE,
    attributes: {
      id: { type: "increments" },
      /** The business key: the fact's name and the ids that make it one of a kind. */
      key: { type: "string", column: { ...NOT_NULL, unique: true } },
      /** The connector's name of the fact, such as `entry.created`. */
      type: { type: "string", column: NOT_NULL },
      /** The documentId of what is read again. */
      entity_id: { type: "string", column: NOT_NULL },
      /** What the entry came into; null where the fact is about none. */
      state: { type: "string" },
      /** The language of the row that showed it; null for content without languages. */
      locale: { type: "string" },
      occurred_at: time(),
      received_at: time(NOT_NULL),
      /** `push`: a hook told us. `sweep`: we found it. */
      origin: { type: "string", column: NOT_NULL },
      attempts: { type: "integer", column: NOT_NULL },
      /** When it may be taken next: now, after a back-off, or when the process that holds it must have died. */
      due_at: time(NOT_NULL),
      done_at: time(),
      /** Given up after too many tries; someone has to look. */
      parked_at: time(),
      /** A code, never a message: what stood in the way of the last try, or how it ended. */
      outcome: { type: "string" },
    },
    indexes: [
      { name: "webxkey_intake_facts_due", columns: ["due_at"] },
      { name: "webxkey_intake_facts_entity", columns: ["entity_id"] },
    ],
  },
  {
    uid: "plugin::webxkey.setting",
    singularName: "webxkey-setting",
    tableName: SETTINGS_TABLE,
    attributes: {
      id: { type: "increments" },
      name: { type: "string", column: { ...NOT_NULL, unique: true } },
      value: { type: "text" },
    },
  },
];
