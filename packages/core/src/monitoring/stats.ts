import { sql } from "kysely";
import { WebxkeyError } from "../kernel/errors.ts";
import type { MessagingStats } from "../messaging.ts";
import type { Db } from "../storage/index.ts";

/**
 * How much waits and for how long, over all workspaces. Each count reads a partial index of what is under way, so that a
 * million finished messages cost nothing; ages are by the database's clock, as due times are.
 */
export async function readStats(db: Db): Promise<MessagingStats> {
  const { rows } = await sql<MessagingStats>`
    select
      (select count(*) from webxkey.messages where open_state = 'queued') as queued,
      (select extract(epoch from now() - min(due_at))::float8 from webxkey.messages
        where open_state = 'queued' and due_at <= now()) as "oldestDueSeconds",
      (select count(*) from webxkey.messages where open_state = 'sending') as sending,
      (select count(*) from webxkey.messages where open_state = 'unknown') as unknown,
      (select count(*) from webxkey.messages where open_state = 'held') as held,
      (select count(*) from webxkey.inbox where state = 'stored') as "storedWebhooks",
      (select count(*) from webxkey.quarantine) as quarantined,
      (select count(distinct inbound_id) from webxkey.unsure_cases where answer is null) as "unsureCases",
      (select count(*) from webxkey.messages where duplicated_at is not null) as duplicated,
      (select count(*) from webxkey.messages where after_stop_at is not null) as "sentAfterStop"`.execute(db);
  const [stats] = rows;
  if (!stats) throw new WebxkeyError("internal", { detail: "The counts were not answered." });
  return stats;
}
