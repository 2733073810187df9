import { sql } from "kysely";
import type { Db } from "../storage/index.ts";

export interface StoredAnswer {
  readonly inbound_id: string;
  readonly contact_id: string;
  readonly kind: string;
  readonly content_sealed: Uint8Array | null;
  readonly provider_at: Date;
  readonly read_at: Date | null;
  readonly read_by: string | null;
  readonly message_id: string | null;
  /** Whether the customer quoted that message or tapped on it, rather than that it was simply the last one before. */
  readonly quoted: boolean;
  readonly entity_type: "order" | "account" | null;
  readonly entity_ref: string | null;
  readonly entity_label: string | null;
}

/**
 * What people wrote that is neither a STOP nor a START nor a reaction. The wordings of both indexes have to be these.
 */
const IS_ANSWER = sql`i.reading = 'none' and i.kind not in ('reaction', 'revoke')`;

export interface AnswerPage {
  readonly unreadOnly: boolean;
  /** Only what is about this order or account. */
  readonly entity?: { readonly type: string; readonly ref: string } | undefined;
  /** Newest first, from the one after this. */
  readonly before?: { readonly at: Date; readonly id: string } | undefined;
  readonly rowsMax: number;
}

/** Answers, newest first, each with the message that it quotes, or else the last one that had been sent to that person. */
export async function listAnswers(
  db: Db,
  workspaceId: string,
  { unreadOnly, entity, before, rowsMax }: AnswerPage,
): Promise<StoredAnswer[]> {
  const { rows } = await sql<StoredAnswer>`
    select i.inbound_id, i.contact_id, i.kind, i.content_sealed, i.provider_at, i.read_at, i.read_by,
           m.message_id, m.quoted, e.entity_type, e.entity_ref, e.entity_label
      from webxkey.inbound_messages i
      left join lateral (
        select about.message_id, about.event_id, about.quoted from (
          select m.message_id, m.event_id, m.created_at, true as quoted
            from webxkey.attempts a
            join webxkey.messages m on m.workspace_id = a.workspace_id and m.message_id = a.message_id
           where a.workspace_id = i.workspace_id and a.attempt_id = i.reply_to
          union all
          (select m.message_id, m.event_id, m.created_at, false
             from webxkey.messages m
            where m.workspace_id = i.workspace_id and m.contact_id = i.contact_id
              and m.state in ('accepted', 'sent', 'delivered', 'read') and m.created_at <= i.received_at
            order by m.created_at desc limit 1)
        ) about order by about.quoted desc limit 1
      ) m on true
      left join webxkey.events e on e.workspace_id = i.workspace_id and e.event_id = m.event_id
     where i.workspace_id = ${workspaceId} and ${IS_ANSWER}
       ${unreadOnly ? sql`and i.read_at is null` : sql``}
       ${entity ? sql`and e.entity_type = ${entity.type} and e.entity_ref = ${entity.ref}` : sql``}
       ${before ? sql`and (i.provider_at, i.inbound_id) < (${before.at}, ${before.id}::uuid)` : sql``}
     order by i.provider_at desc, i.inbound_id desc
     limit ${rowsMax}`.execute(db);
  return rows;
}

export async function countUnread(db: Db, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ unread: number | string }>`
    select count(*) as unread from webxkey.inbound_messages i
     where i.workspace_id = ${workspaceId} and i.read_at is null and ${IS_ANSWER}`.execute(db);
  return Number(rows[0]?.unread ?? 0);
}

/** How many answers of each workspace nobody has read for so long; none where there are none. */
export async function countUnreadSince(
  db: Db,
  minutes: number,
): Promise<{ readonly workspaceId: string; readonly answers: number }[]> {
  const { rows } = await sql<{ workspaceId: string; answers: number }>`
    select i.workspace_id as "workspaceId", count(*)::int as answers from webxkey.inbound_messages i
     where i.read_at is null and ${IS_ANSWER} and i.received_at < now() - make_interval(mins => ${minutes}::int)
     group by i.workspace_id`.execute(db);
  return rows;
}

/** Marks what was not read before, and answers which that was, with the person who wrote it. */
export async function markRead(
  tx: Db,
  workspaceId: string,
  answerIds: readonly string[],
  by: { readonly userId: string; readonly at: Date },
): Promise<{ inbound_id: string; contact_id: string }[]> {
  const { rows } = await sql<{ inbound_id: string; contact_id: string }>`
    update webxkey.inbound_messages i set read_at = ${by.at}, read_by = ${by.userId}
     where i.workspace_id = ${workspaceId} and i.inbound_id = any(${[...answerIds]}::uuid[])
       and i.read_at is null and ${IS_ANSWER}
    returning i.inbound_id, i.contact_id`.execute(tx);
  return rows;
}
