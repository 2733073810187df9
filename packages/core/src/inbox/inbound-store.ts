import { sql } from "kysely";
import type { InboundFact } from "../channels/facts.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Pii } from "../kernel/pii.ts";
import { type Keys, keyedHash, seal } from "../keys/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";

export interface NewInbound {
  readonly fact: InboundFact;
  readonly senderId: string;
  /** Under whose key it is stored. */
  readonly contactId: string;
  /** For whom it speaks. */
  readonly contactIds: readonly string[];
  readonly reading: "opt_out" | "opt_in" | "unsure" | "none";
}

/** Stores what people wrote, each message once, and answers those that are new. */
export async function insertInbound(
  { keys, ids, clock }: { readonly keys: Keys; readonly ids: IdSource; readonly clock: Clock },
  tx: Db,
  workspaceId: string,
  inbound: readonly NewInbound[],
): Promise<(NewInbound & { readonly inboundId: string })[]> {
  if (inbound.length === 0) return [];
  const { lookup } = await keys.workspace(workspaceId);
  const personKeys = await keys.subjects(
    workspaceId,
    inbound.map(({ contactId }) => contactId),
  );
  const rows = inbound.flatMap((one, index) => {
    const key = personKeys.get(one.contactId);
    if (!key) return [];
    const id = ids.row();
    const { wamid, text, payload, contextWamid } = one.fact;
    const content = { text: text?.reveal() ?? null, payload: payload?.reveal() ?? null };
    return [
      {
        index,
        inbound_id: id,
        sender_id: one.senderId,
        contact_id: one.contactId,
        wamid_lookup: keyedHash(lookup, "wamid", wamid.reveal()),
        wamid_sealed: seal(key, `inbound_messages.wamid|${workspaceId}|${id}`, wamid.reveal()),
        kind: one.fact.messageKind,
        content_sealed: seal(key, `inbound_messages.content|${workspaceId}|${id}`, JSON.stringify(content)),
        reading: one.reading,
        context_lookup: contextWamid ? keyedHash(lookup, "wamid", contextWamid.reveal()) : null,
        provider_at: one.fact.timestamp,
        received_at: clock.now(),
      },
    ];
  });
  const kinds = {
    inbound_id: "uuid",
    sender_id: "uuid",
    contact_id: "uuid",
    wamid_lookup: "bytea",
    wamid_sealed: "bytea",
    kind: "text",
    content_sealed: "bytea",
    reading: "text",
    context_lookup: "bytea",
    provider_at: "timestamptz",
    received_at: "timestamptz",
  } as const;
  const { rows: inserted } = await sql<{ inbound_id: string }>`
    insert into webxkey.inbound_messages (workspace_id, inbound_id, sender_id, contact_id, wamid_lookup, wamid_sealed, kind,
      content_sealed, reading, reply_to, provider_at, received_at)
    select ${workspaceId}, r.inbound_id, r.sender_id, r.contact_id, decode(r.wamid_lookup, 'base64'), decode(r.wamid_sealed, 'base64'),
      r.kind, decode(r.content_sealed, 'base64'), r.reading, (
        select a.attempt_id from webxkey.attempts a
        where a.workspace_id = ${workspaceId} and a.wamid_lookup = decode(r.context_lookup, 'base64') limit 1
      ), r.provider_at, r.received_at
    from ${recordset(rows, kinds)} order by r.wamid_lookup
    on conflict do nothing
    returning inbound_id`.execute(tx);
  const fresh = new Set(inserted.map((row) => row.inbound_id));
  return rows.flatMap((row) => {
    const one = inbound[row.index];
    return one && fresh.has(row.inbound_id) ? [{ ...one, inboundId: row.inbound_id }] : [];
  });
}

/** Those of these messages after which their person has said plainly what they want: webhooks come in any order. */
export async function followedByPlainWord(
  tx: Db,
  workspaceId: string,
  inboundIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (inboundIds.length === 0) return new Set();
  const { rows } = await sql<{ inbound_id: string }>`
    select i.inbound_id from webxkey.inbound_messages i
    where i.workspace_id = ${workspaceId} and i.inbound_id = ${anyOf(inboundIds, "uuid")}
      and exists (select 1 from webxkey.inbound_messages later
        where later.workspace_id = i.workspace_id and later.contact_id = i.contact_id
          and later.provider_at >= i.provider_at and later.reading in ('opt_out', 'opt_in'))`.execute(tx);
  return new Set(rows.map((row) => row.inbound_id));
}

/** Whom each of these message ids of ours was written to; undefined where it is none of ours. */
export async function contactsOfMessages(
  keys: Keys,
  tx: Db,
  workspaceId: string,
  wamids: readonly Pii[],
): Promise<(string | undefined)[]> {
  if (wamids.length === 0) return [];
  const { lookup } = await keys.workspace(workspaceId);
  const rows = wamids.map((wamid, index) => ({ index, lookup: keyedHash(lookup, "wamid", wamid.reveal()) }));
  const { rows: found } = await sql<{ index: number; contact_id: string | null }>`
    select r.index, m.contact_id from ${recordset(rows, { index: "int", lookup: "bytea" })}
    join webxkey.attempts a on a.workspace_id = ${workspaceId} and a.wamid_lookup = decode(r.lookup, 'base64')
    join webxkey.messages m on m.workspace_id = a.workspace_id and m.message_id = a.message_id`.execute(tx);
  const contactIds = new Map(found.map((row) => [row.index, row.contact_id ?? undefined]));
  return wamids.map((_, index) => contactIds.get(index));
}
