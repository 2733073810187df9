import { actorOf, type Member } from "../access/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { AnswerSummary } from "../http/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import { readCursor, writeCursor } from "../kernel/cursor.ts";
import { maskPhone } from "../kernel/pii.ts";
import { type Keys, open } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { countUnread, listAnswers, markRead, type StoredAnswer } from "./answer-store.ts";

export interface AnswerQuery {
  readonly unreadOnly: boolean;
  readonly entity?: { readonly type: string; readonly ref: string } | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * What customers answer on WhatsApp: listed with their words and the order they are about, and unread until somebody marks
 * them. Nothing is answered from here; a STOP or a START is a consent and no answer.
 */
export interface Answers {
  list(
    workspaceId: string,
    query: AnswerQuery,
  ): Promise<{ answers: AnswerSummary[]; unread: number; next_cursor: string | null }>;
  /** How many nobody has read yet. */
  unread(workspaceId: string): Promise<number>;
  /** Marks answers as read by a member; those that somebody has read already, and unknown ones, change nothing. */
  markRead(by: Member, answerIds: readonly string[]): Promise<{ marked: number; unread: number }>;
}

export interface AnswerPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly contacts: Contacts;
  readonly clock: Clock;
}

export function createAnswers({ db, keys, audit, contacts, clock }: AnswerPorts): Answers {
  async function summaries(workspaceId: string, rows: readonly StoredAnswer[]): Promise<AnswerSummary[]> {
    const people = [...new Set(rows.map(({ contact_id }) => contact_id))];
    const [identities, personKeys] = await Promise.all([
      contacts.identities(workspaceId, people),
      keys.subjects(workspaceId, people),
    ]);
    return rows.map((row) => {
      const phone = identities.get(row.contact_id)?.find(({ kind }) => kind === "phone");
      const key = personKeys.get(row.contact_id);
      const place = `inbound_messages.content|${workspaceId}|${row.inbound_id}`;
      const content =
        key && row.content_sealed
          ? (JSON.parse(open(key, place, row.content_sealed).toString("utf8")) as { text: string | null })
          : { text: null };
      return summaryOf(row, content.text, phone ? maskPhone(phone.value.reveal()) : null);
    });
  }

  return {
    async list(workspaceId, { unreadOnly, entity, cursor, limit }) {
      const rows = await listAnswers(db, workspaceId, {
        unreadOnly,
        entity,
        before: cursor === undefined ? undefined : readCursor(cursor),
        rowsMax: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        answers: await summaries(workspaceId, page),
        unread: await countUnread(db, workspaceId),
        next_cursor: last ? writeCursor({ at: last.provider_at, id: last.inbound_id }) : null,
      };
    },

    unread: (workspaceId) => countUnread(db, workspaceId),

    async markRead(by, answerIds) {
      const { workspaceId, userId } = by;
      const marked = await db.transaction().execute(async (tx) => {
        const rows = await markRead(tx, workspaceId, answerIds, { userId, at: clock.now() });
        await audit.append(
          tx,
          workspaceId,
          rows.map(({ inbound_id, contact_id }) => ({
            actor: actorOf(by),
            action: "answer.read",
            object: { type: "answer", id: inbound_id },
            outcome: "read",
            subjectId: contact_id,
          })),
        );
        return rows.length;
      });
      return { marked, unread: await countUnread(db, workspaceId) };
    },
  };
}

function summaryOf(row: StoredAnswer, text: string | null, from: string | null): AnswerSummary {
  const { entity_type, entity_ref, entity_label } = row;
  return {
    answer_id: row.inbound_id,
    kind: row.kind,
    text,
    from,
    entity: entity_type && entity_ref ? { type: entity_type, ref: entity_ref, label: entity_label } : null,
    message_id: row.message_id,
    quoted: row.quoted ?? false,
    at: row.provider_at.toISOString(),
    read_at: row.read_at?.toISOString() ?? null,
    read_by: row.read_by,
  };
}
