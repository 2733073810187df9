import type { Core } from "@strapi/strapi";
import {
  type MessagePreview,
  type Messaging,
  type Money,
  type PlatformEvent,
  WebxkeyError,
} from "@webxkey/core";
import { orderEvent, type StrapiShop } from "../connector/index.ts";
import { componentsOf, pathsOfOrder, rowOfOrder } from "../connector/strapi-host.ts";
import { type OrderEvent, type OrderMapping, type Row, textAt } from "./mapping.ts";
import { claimOf, idOf, orderOf, recipientOfOrder } from "./translate.ts";

const ENTRIES_MAX = 5;
/** One entry can be several rows: its draft, what is published of it, and each of its languages. */
const ROWS_MAX = ENTRIES_MAX * 10;
const SHOWN_DIGITS = 2;
const READ_ENTRY = "plugin::content-manager.explorer.read";

/** One entry through a mapping. Null where the entry does not say it. */
export interface PreviewedEntry {
  readonly document_id: string;
  readonly code: string;
  readonly state: string | null;
  /** The event that its message is about: its state's or, where that has none, its creation's. */
  readonly event: OrderEvent | null;
  readonly phone: string | null;
  readonly phone_problem: "missing" | "unparseable" | null;
  readonly name: string | null;
  readonly total: Money | null;
  /** `other_number`: the box is ticked, and nothing says that it was ticked for this phone. */
  readonly consent: "given" | "none" | "other_number";
  /** What the automations of its event would send, with the name masked. */
  readonly messages: readonly Pick<MessagePreview, "language" | "text" | "problem">[];
}

export interface PreviewPorts {
  readonly shop: StrapiShop;
  readonly messaging: Pick<Messaging, "previewMessages">;
}

type Ability = { can(action: string, subject?: unknown, field?: string): boolean } | undefined;

/** Strapi's own question whether somebody may see an entry, and a field of it. */
interface PermissionChecker {
  readonly can: { read(entity?: unknown, field?: string): boolean };
}

/**
 * What the newest entries would tell.
 *
 * @throws WebxkeyError `forbidden` for somebody who may not read this content type, or one of the fields, in Strapi itself.
 */
export async function previewOf(
  strapi: Core.Strapi,
  mapping: OrderMapping,
  ability: Ability,
  ports: PreviewPorts,
): Promise<PreviewedEntry[]> {
  const { content_type } = mapping;
  if (!ability?.can(READ_ENTRY, content_type)) throw unread(content_type);
  const checker = strapi
    .plugin("content-manager")
    .service("permission-checker")
    ["create"]({ userAbility: ability, model: content_type }) as PermissionChecker;
  const paths = pathsOfOrder(mapping);
  const entries = strapi.db.query(content_type);
  const newest: Row[] = await entries.findMany({
    select: ["documentId"],
    orderBy: { id: "desc" },
    limit: ROWS_MAX,
  });
  const documentIds = [...new Set(newest.map(idOf))].slice(0, ENTRIES_MAX);
  const rows: Row[] = await entries.findMany({
    where: { documentId: { $in: documentIds } },
    orderBy: { id: "desc" },
    populate: componentsOf(paths),
  });
  const byDocument = Map.groupBy(rows, idOf);
  const shown = documentIds.flatMap((documentId) => {
    const all = byDocument.get(documentId) ?? [];
    const readable = all.filter((row) => paths.every((path) => checker.can.read(row, path)));
    const row = rowOfOrder(all, readable);
    return row ? [row] : [];
  });
  return await Promise.all(shown.map((row) => previewed(row, mapping, ports)));
}

async function previewed(
  row: Row,
  mapping: OrderMapping,
  { shop, messaging }: PreviewPorts,
): Promise<PreviewedEntry> {
  const { phone, phone_problem, name } = recipientOfOrder(row, mapping);
  const state = textAt(row, mapping.fields.state) ?? null;
  const ofState = (state !== null && Object.hasOwn(mapping.states, state) && mapping.states[state]) || null;
  const event = ofState ?? mapping.created;
  const total = totalOf(row, mapping);
  const written = event && total && orderEvent({ key: "preview" }, shop, { row, mapping }, event);
  const messages = written ? await messaging.previewMessages(withMaskedName(written)) : [];
  return {
    document_id: idOf(row),
    code: textAt(row, mapping.fields.code) ?? idOf(row),
    state,
    event,
    phone: phone ? masked(phone) : null,
    phone_problem: phone_problem ?? null,
    name: name ? `${name.slice(0, 1)}…` : null,
    total,
    consent: consentIn(row, mapping, phone),
    messages: messages.map(({ language, text, problem }) => ({ language, text, problem })),
  };
}

function consentIn(row: Row, mapping: OrderMapping, phone: string | undefined): PreviewedEntry["consent"] {
  const claim = claimOf(row, mapping);
  if (!claim) return "none";
  const isItsOwn = phone === undefined || ("phones" in claim.givenBy && claim.givenBy.phones.includes(phone));
  return isItsOwn ? "given" : "other_number";
}

function withMaskedName(event: PlatformEvent): object {
  const { name, ...recipient } = event.data.recipient;
  // With a point, because an ellipsis is no part of a name that may stand in a message.
  return {
    ...event,
    data: { ...event.data, recipient: { ...recipient, ...(name && { name: `${name.slice(0, 1)}.` }) } },
  };
}

/** An entry without an amount is shown without one. */
function totalOf(row: Row, mapping: OrderMapping): Money | null {
  try {
    return orderOf(row, mapping).total;
  } catch {
    return null;
  }
}

function masked(phone: string): string {
  return `+${"•".repeat(phone.length - 1 - SHOWN_DIGITS)}${phone.slice(-SHOWN_DIGITS)}`;
}

function unread(uid: string): WebxkeyError {
  return new WebxkeyError("forbidden", {
    detail: `You may not read ${uid} in Strapi, so its entries are not shown.`,
  });
}
