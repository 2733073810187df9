import type { Store } from "./stores.ts";

/** A message that Meta took, and the attempt that handed it over. */
export interface Sent {
  readonly message_id: string;
  readonly attempt_id: string;
}

/** Makes such messages by SQL, because a thousand real ones would take longer than a test. They go round the senders. */
export async function acceptedMessages(store: Pick<Store, "query">, count: number): Promise<Sent[]> {
  await store.query(
    `insert into webxkey.contacts (workspace_id, contact_id)
     select workspace_id, subject_id from webxkey.members where user_id = 'user_owner' on conflict do nothing`,
  );
  return await store.query<Sent>(
    `with person as (select subject_id as contact_id from webxkey.members where user_id = 'user_owner'),
     numbers as (select array_agg(sender_id) as ids, count(*)::int as many from webxkey.senders where workspace_id = 'shop'),
     made as (select gen_random_uuid() as message_id, gen_random_uuid() as event_id, gen_random_uuid() as attempt_id, n from generate_series(1, $1::int) n),
     events as (
       insert into webxkey.events (workspace_id, event_id, source, external_id, type, entity_type, entity_ref, origin, contact_id, body_hash, occurred_at, received_at)
       select 'shop', event_id, '/sql', event_id::text, 'order.placed', 'order', event_id::text, 'push', contact_id, '', now(), now() from made, person),
     messages as (
       insert into webxkey.messages (workspace_id, message_id, event_id, rule_id, contact_id, sender_id, purpose, channel, template, languages, state,
         evidence_kind, priority, due_at, expires_at, attempt_id, attempts, created_at, updated_at)
       select 'shop', message_id, event_id, 'order-confirmation', contact_id, ids[1 + n % many], 'account-security', 'whatsapp', 'order_confirmation', '{en}', 'accepted',
         'security_request', 5, now(), now() + interval '1 day', attempt_id, 1, now(), now() from made, person, numbers),
     attempts as (
       insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at, finished_at, outcome)
       select 'shop', attempt_id, message_id, 1, now(), now(), 'accepted' from made)
     select message_id, attempt_id from made order by n`,
    [count],
  );
}
