import { sql } from "kysely";
import { countUnreadSince } from "../answers/index.ts";
import { isWrong, PROBLEMS, type ProblemCode, READING_PROBLEMS } from "../connections/index.ts";
import { AUTO_RELEASED_HOLDS } from "../policy/index.ts";
import type { Rule } from "../rules/index.ts";
import { TOKEN_ENDING_DAYS } from "../senders/index.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { AlertCause, Trouble } from "./alert.ts";

/** Statuses of a template that keep its messages waiting until somebody does something. */
const STOPPED_TEMPLATES = ["PAUSED", "DISABLED", "REJECTED", "ARCHIVED", "PENDING_DELETION", "DELETED"];
/** How long Meta may say nothing about messages that it took before somebody hears of it. */
const SILENT_MINUTES = 30;
/** The newest messages of a workspace that are looked at for silence. */
const SILENT_MESSAGES_MAX = 500;
/** A shop that cannot be read for less time than this may only have been restarted. */
const SHOP_AWAY_MINUTES = 10;

/** A customer who gets no answer within this time asks again, elsewhere. */
const ANSWER_UNREAD_MINUTES = 4 * 60;
/** Everything that is meant for this person waits meanwhile. */
const UNSURE_MINUTES = 60;

/**
 * What is wrong now, in all workspaces. Read from what the features store of themselves, so that a trouble that was missed when
 * it began, or that began while no process ran, is seen all the same.
 */
export async function readTroubles(db: Db, rules: readonly Rule[]): Promise<Trouble[]> {
  const found = await Promise.all([
    deadCredentials(db),
    endingTokens(db),
    stoppedTemplates(db, rules),
    silentWebhooks(db),
    shopProblems(db),
    heldMessages(db),
    unreadAnswers(db),
    unsureCases(db),
  ]);
  return found.flat();
}

interface Named {
  readonly workspace_id: string;
  readonly id: string;
  readonly name: string;
}

const SENDER_NAME = sql`coalesce(s.display_phone_number, s.phone_number_id)`;

async function deadCredentials(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<Named & { state: string }>`
    select s.workspace_id, s.sender_id as id, ${SENDER_NAME} as name, s.state from webxkey.senders s
    where s.state in ('token_invalid', 'app_secret_invalid')`.execute(db);
  return rows.map(({ workspace_id, id, name, state }) => ({
    workspaceId: workspace_id,
    cause: state === "token_invalid" ? "token_dead" : "app_secret_dead",
    object: { type: "sender", id },
    detail: { name },
  }));
}

async function endingTokens(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<Named & { ends_at: Date }>`
    select s.workspace_id, s.sender_id as id, ${SENDER_NAME} as name, s.token_expires_at as ends_at from webxkey.senders s
    where s.state = 'connected' and s.token_expires_at < now() + make_interval(days => ${TOKEN_ENDING_DAYS}::int)`.execute(
    db,
  );
  return rows.map(({ workspace_id, id, name, ends_at }) => ({
    workspaceId: workspace_id,
    cause: "token_ending",
    object: { type: "sender", id },
    detail: { name, ends_at: ends_at.toISOString() },
  }));
}

async function stoppedTemplates(db: Db, rules: readonly Rule[]): Promise<Trouble[]> {
  const wanted = rules.map(({ id, template, purpose }) => ({
    rule_id: id,
    template: template.name,
    promotes: purpose === "marketing",
  }));
  const { rows } = await sql<
    Named & { language: string; status: string; category: string; stopped: boolean }
  >`
    select distinct t.workspace_id, t.template_id as id, t.name, t.language, t.status, t.category,
      t.status = any(${STOPPED_TEMPLATES}::text[]) as stopped
    from ${recordset(wanted, { rule_id: "text", template: "text", promotes: "boolean" })}
    join webxkey.rule_states a on a.rule_id = r.rule_id and a.active
    join webxkey.senders s on s.workspace_id = a.workspace_id and s.state = 'connected'
    join webxkey.templates t on t.workspace_id = a.workspace_id and t.waba_id = s.waba_id and t.name = r.template
    where t.status = any(${STOPPED_TEMPLATES}::text[]) or (t.category = 'MARKETING' and not r.promotes)`.execute(
    db,
  );
  return rows.map(({ workspace_id, id, name, language, status, category, stopped }) => ({
    workspaceId: workspace_id,
    cause: stopped ? "template_paused" : "template_reclassed",
    object: { type: "template", id },
    detail: stopped ? { name, language, status } : { name, language, category },
  }));
}

/** A number whose messages Meta took, with no status of any of them and none of the number since. */
async function silentWebhooks(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<Named & { messages: number }>`
    select s.workspace_id, s.sender_id as id, ${SENDER_NAME} as name, m.messages from webxkey.senders s
    cross join lateral (
      select count(*)::int as messages, min(updated_at) as since from (
        select n.state, n.sender_id, n.updated_at from webxkey.messages n
        where n.workspace_id = s.workspace_id order by n.message_id desc limit ${SILENT_MESSAGES_MAX}) newest
      where newest.sender_id = s.sender_id and newest.state in ('accepted', 'unknown')
        and newest.updated_at between now() - interval '24 hours'
          and now() - make_interval(mins => ${SILENT_MINUTES}::int)) m
    left join webxkey.sender_pulses p on p.workspace_id = s.workspace_id and p.sender_id = s.sender_id
    where s.state = 'connected' and m.messages > 0 and coalesce(p.last_status_at < m.since, true)`.execute(
    db,
  );
  return rows.map(({ workspace_id, id, name, messages }) => ({
    workspaceId: workspace_id,
    cause: "webhooks_silent",
    object: { type: "sender", id },
    detail: { name, messages },
  }));
}

/**
 * Problems of a shop that somebody has to mend, by what they do to its messages. What comes and goes by itself, such as a shop
 * that restarts, is an alert once it has lasted.
 */
const SHOP_CAUSES = {
  shop_refused: READING_PROBLEMS.filter((code) => code !== "not_readable"),
  shop_webhooks: ["webhooks_silent", "bad_signature", "malformed"],
  shop_orders: ["order_unreadable", "parked", "poll_behind", "not_taken_while_paused"],
} as const satisfies Partial<Record<AlertCause, readonly ProblemCode[]>>;

async function shopProblems(db: Db): Promise<Trouble[]> {
  const causes = Object.entries(SHOP_CAUSES).flatMap(([cause, codes]) =>
    codes.map((code) => ({ cause, code, lasts: cause === "shop_refused" })),
  );
  const { rows } = await sql<Named & { cause: keyof typeof SHOP_CAUSES; code: ProblemCode }>`
    select distinct on (c.workspace_id, c.connection_id, r.cause)
      c.workspace_id, c.connection_id as id, c.name, r.cause, p.code
    from ${recordset(causes, { cause: "text", code: "text", lasts: "boolean" })}
    join webxkey.connection_problems p on p.code = r.code
      and (not r.lasts or p.since < now() - make_interval(mins => ${SHOP_AWAY_MINUTES}::int))
    join webxkey.connections c on c.workspace_id = p.workspace_id and c.connection_id = p.connection_id
      and c.state = 'active'
    where ${isWrong(sql<Date>`now()`)}
    order by c.workspace_id, c.connection_id, r.cause, p.last_at desc, p.code`.execute(db);
  return rows.map(({ workspace_id, id, name, cause, code }) => ({
    workspaceId: workspace_id,
    cause,
    object: { type: "connection", id },
    detail: { name, problem: PROBLEMS[code], connection: id },
  }));
}

async function heldMessages(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<{ workspace_id: string; messages: number }>`
    select workspace_id, count(*)::int as messages from webxkey.messages
    where open_state = 'held' and reason_code <> all(${[...AUTO_RELEASED_HOLDS]}::text[])
    group by workspace_id`.execute(db);
  return rows.map(({ workspace_id, messages }) => ({
    workspaceId: workspace_id,
    cause: "messages_held",
    object: { type: "workspace", id: workspace_id },
    detail: { messages },
  }));
}

async function unreadAnswers(db: Db): Promise<Trouble[]> {
  const unread = await countUnreadSince(db, ANSWER_UNREAD_MINUTES);
  return unread.map(({ workspaceId, answers }) => ({
    workspaceId,
    cause: "answers_unread",
    object: { type: "workspace", id: workspaceId },
    detail: { answers },
  }));
}

async function unsureCases(db: Db): Promise<Trouble[]> {
  const { rows } = await sql<{ workspace_id: string; cases: number }>`
    select workspace_id, count(distinct inbound_id)::int as cases from webxkey.unsure_cases
    where answer is null and opened_at < now() - make_interval(mins => ${UNSURE_MINUTES}::int)
    group by workspace_id`.execute(db);
  return rows.map(({ workspace_id, cases }) => ({
    workspaceId: workspace_id,
    cause: "opt_outs_unsure",
    object: { type: "workspace", id: workspace_id },
    detail: { cases },
  }));
}
