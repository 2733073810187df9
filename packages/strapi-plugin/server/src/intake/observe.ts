import type { Fact } from "@webxkey/core";
import type { HostEvent } from "../connector/index.ts";
import { type OrderMapping, type Row, STATE_CHARS_MAX, textAt } from "../mapping/mapping.ts";
import type { LastState } from "./intake.ts";

/** One act, in the form that the connector makes a fact of. */
export interface Act {
  readonly hostEvent: HostEvent;
  readonly payload: Readonly<Record<string, string>>;
}

/** An entry as it is, as far as what happened to it can be told from that. */
export interface Entry {
  readonly documentId: string;
  /** When it came to be; with draft and publish, when the row that people see did. RFC 3339. */
  readonly bornAt: string;
  readonly changedAt: string;
  readonly state: string | null;
}

/** A draft is no act yet; a row with not all of its columns has to be read again. */
export type Seen = Entry | "draft" | "incomplete";

export interface OrderType {
  readonly mapping: OrderMapping;
  readonly draftAndPublish: boolean;
}

/** What a row says. Pure. */
export function entryOf(row: Row, { mapping, draftAndPublish }: OrderType): Seen {
  const { documentId, createdAt, updatedAt, publishedAt } = row;
  const { state } = mapping.fields;
  if (draftAndPublish && publishedAt === null) return "draft";
  const bornAt = draftAndPublish ? publishedAt : createdAt;
  if (typeof documentId !== "string" || !isTime(bornAt) || !isTime(updatedAt)) return "incomplete";
  if (state !== undefined && row[state] === undefined) return "incomplete";
  const known = textAt(row, state);
  return {
    documentId,
    bornAt: new Date(bornAt).toISOString(),
    changedAt: new Date(updatedAt).toISOString(),
    state: known && known.length <= STATE_CHARS_MAX ? known : null,
  };
}

/**
 * What has happened to an entry since it was last seen. That it came to be is said each time and kept once, by its key.
 *
 * @param last undefined where it was never seen in a state.
 * @param swept the row was read some time ago: where something newer was seen since, it is no news.
 */
export function actsOf(
  { documentId, bornAt, changedAt, state }: Entry,
  last: LastState | undefined,
  swept: boolean,
): readonly Act[] {
  const created: Act = { hostEvent: "entry.created", payload: { documentId, at: bornAt } };
  if (state === null || state === last?.state) return [created];
  if (swept && last && Date.parse(changedAt) < last.at) return [created];
  return [created, { hostEvent: "entry.state", payload: { documentId, state, at: changedAt } }];
}

/** The type of a fact that no event is made of: it takes back what waits to be told. */
export const ENTRY_DELETED = "entry.deleted";

/** What a deleted row says. That the row which people saw is gone says nothing: a draft is left, or another took its place. */
export function deletionOf(row: Row, { draftAndPublish }: OrderType): readonly Fact[] {
  const { documentId, id, publishedAt } = row;
  if (typeof documentId !== "string" || (draftAndPublish && publishedAt !== null)) return [];
  return [{ key: `${ENTRY_DELETED}:${documentId}:${id}`, type: ENTRY_DELETED, entityId: documentId }];
}

function isTime(value: unknown): value is string | Date {
  return (typeof value === "string" || value instanceof Date) && !Number.isNaN(new Date(value).getTime());
}
