import type { Fact } from "@webxkey/core";
import type { HostEvent } from "../connector/index.ts";
import { type OrderMapping, type Row, STATE_CHARS_MAX, textAt, valueAt } from "../mapping/mapping.ts";
import { ENTRY_CONSENT, type SeenFact, type SeenState } from "./intake.ts";

/** One act, in the form that the connector makes a fact of. */
export interface Act {
  readonly hostEvent: HostEvent;
  readonly payload: Readonly<Record<string, string | number>>;
  /** The language of the row that shows it; null for content without languages. */
  readonly locale?: string | null;
  /** A row in another language has shown this act already: it is kept for this row's history and published no more. */
  readonly isKnown?: boolean;
}

/** An entry as it is, as far as what happened to it can be told from that. */
export interface Entry {
  readonly documentId: string;
  readonly locale: string | null;
  /** When it came to be; with draft and publish, when the row that people see did. RFC 3339. */
  readonly bornAt: string;
  readonly changedAt: string;
  readonly state: string | null;
  /** Whether its consent field says yes; null where none is mapped, or was not yet when the row was written. */
  readonly consent: boolean | null;
}

/** A draft is no act yet; a row with not all of its columns has to be read again. */
export type Seen = Entry | "draft" | "incomplete";

export interface OrderType {
  readonly mapping: OrderMapping;
  readonly draftAndPublish: boolean;
  /** Strapi keeps a row for each language of an entry. */
  readonly localized: boolean;
  /** Since when its consent field is the one that it is, in milliseconds since 1970: before that nobody edited it. */
  readonly consentSince: number;
}

/** What a row says. Pure. */
export function entryOf(row: Row, { mapping, draftAndPublish, localized, consentSince }: OrderType): Seen {
  const { documentId, createdAt, updatedAt, publishedAt, locale } = row;
  const { state, consent } = mapping.fields;
  if (draftAndPublish && publishedAt === null) return "draft";
  const bornAt = draftAndPublish ? publishedAt : createdAt;
  if (typeof documentId !== "string" || !isTime(bornAt) || !isTime(updatedAt)) return "incomplete";
  if (state !== undefined && row[state] === undefined) return "incomplete";
  if (localized && locale === undefined) return "incomplete";
  if (consent && row[headOf(consent.attribute)] === undefined) return "incomplete";
  const known = textAt(row, state);
  return {
    documentId,
    locale: localized && typeof locale === "string" ? locale : null,
    bornAt: new Date(bornAt).toISOString(),
    changedAt: new Date(updatedAt).toISOString(),
    state: known && known.length <= STATE_CHARS_MAX ? known : null,
    consent: consent && +new Date(updatedAt) > consentSince ? valueAt(row, consent.attribute) === true : null,
  };
}

/** The attribute of the entry itself, where the path leads into a component. */
function headOf(path: string): string {
  return path.split(".", 1)[0] ?? "";
}

/**
 * What has happened to an entry since it was last seen. That it came to be is said each time and kept once, by its key.
 *
 * Each language of an entry is a row with a state of its own, and a row is compared with its own history alone: a German row
 * that still says "new" takes nothing back from an English one that says "shipped". An order comes into a state once, though,
 * however many rows follow: what one row shows for the nth time is the same act that another has shown for the nth time.
 *
 * @param history the states in which rows of this document were seen, the oldest first.
 * @param swept the row was read some time ago: if something newer was seen since, it is no news.
 */
export function actsOf(
  { documentId, locale, bornAt, changedAt, state }: Entry,
  history: readonly SeenState[],
  swept: boolean,
): readonly Act[] {
  const created: Act = { hostEvent: "entry.created", payload: { documentId, at: bornAt }, locale };
  const own = history.filter((seen) => seen.locale === locale);
  const last = own.at(-1);
  if (state === null || state === last?.state) return [created];
  if (swept && last && Date.parse(changedAt) < last.at) return [created];
  const times = Map.groupBy(
    history.filter((seen) => seen.state === state),
    (seen) => seen.locale,
  );
  const nth = (times.get(locale)?.length ?? 0) + 1;
  const isKnown = [...times.values()].some((seen) => seen.length >= nth);
  return [
    created,
    { hostEvent: "entry.state", payload: { documentId, state, nth, at: changedAt }, locale, isKnown },
  ];
}

/**
 * What a row's consent field says, where it is another thing than the row said last. A yes that an entry came with is read with
 * whatever is told of the entry: only a no, and what follows one, is a fact.
 *
 * @param history what the field said, of all rows of this document.
 */
export function consentFactsOf(
  { documentId, locale, changedAt, consent }: Entry,
  history: readonly SeenState[],
  swept: boolean,
): readonly SeenFact[] {
  if (consent === null) return [];
  const state = consent ? "yes" : "no";
  const own = history.filter((seen) => seen.locale === locale);
  const last = own.at(-1);
  if (state === (last?.state ?? "yes")) return [];
  if (swept && last && Date.parse(changedAt) < last.at) return [];
  const nth = own.filter((seen) => seen.state === state).length + 1;
  const key = `${ENTRY_CONSENT}:${documentId}:${locale ?? ""}:${state}:${nth}`;
  return [{ key, type: ENTRY_CONSENT, entityId: documentId, state, locale, occurredAt: changedAt }];
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
