import type { Query } from "@webxkey/chaos/database";

export interface GrownRows {
  readonly messages: number;
  readonly statuses: number;
  readonly contacts: number;
}

/** Fills the tables with finished messages of other people, each with its event, attempt and three statuses. */
export async function grow(query: Query, messages: number): Promise<GrownRows> {
  const id = (kind: string) => `md5('${kind}' || n)::uuid`;
  const numbers = `generate_series(1, ${messages}) n`;
  const at = "now() - interval '300 days' + n * interval '20 seconds'";
  for (const text of [
    `insert into webxkey.contacts (workspace_id, contact_id) select 'shop', ${id("contact")} from ${numbers}`,
    `insert into webxkey.contact_identities (workspace_id, kind, lookup, contact_id, sealed)
     select 'shop', 'phone', sha256(n::text::bytea), ${id("contact")}, sha256(n::text::bytea) from ${numbers}`,
    `insert into webxkey.events (workspace_id, event_id, source, external_id, type, entity_type, entity_ref, origin, contact_id,
       body_hash, occurred_at, received_at)
     select 'shop', ${id("event")}, '/grown', 'order.placed:' || n, 'order.placed', 'order', 'grown_' || n, 'push',
       ${id("contact")}, sha256(n::text::bytea), ${at}, ${at} from ${numbers}`,
    `insert into webxkey.messages (workspace_id, message_id, event_id, rule_id, contact_id, sender_id, purpose, channel, template,
       language, languages, state, evidence_kind, priority, due_at, expires_at, attempt_id, attempts, created_at, updated_at)
     select 'shop', ${id("message")}, ${id("event")}, 'order-confirmation', ${id("contact")},
       (select sender_id from webxkey.senders limit 1), 'order-updates', 'whatsapp', 'order_confirmation', 'en', '{en}',
       'read', 'security_request', 1, ${at}, ${at}, ${id("attempt")}, 1, ${at}, ${at} from ${numbers}`,
    `insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at, finished_at, outcome, wamid_lookup)
     select 'shop', ${id("attempt")}, ${id("message")}, 1, ${at}, ${at}, 'accepted', sha256(('w' || n)::bytea) from ${numbers}`,
    `insert into webxkey.statuses (workspace_id, attempt_id, status, provider_at, received_at)
     select 'shop', ${id("attempt")}, s, ${at}, ${at} from ${numbers} cross join unnest('{sent,delivered,read}'::text[]) s`,
    "vacuum analyze",
  ]) {
    await query(text);
  }
  return { messages, statuses: 3 * messages, contacts: messages };
}
