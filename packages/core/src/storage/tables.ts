import type { ColumnType, Generated } from "kysely";
import type { AccessTables, Bytes } from "./access-tables.ts";
import type { ContactTables } from "./contact-tables.ts";

/** The shape of the tables, as migrations/engine and migrations/keys make them. Names are schema-qualified everywhere. */
export interface Tables extends AccessTables, ContactTables {
  "webxkey.secrets": {
    workspace_id: string;
    name: "app_secret" | "verify_token" | "access_token";
    ref: string;
    version: number;
    sealed: Bytes;
    created_at: Generated<Date>;
  };
  "webxkey.senders": {
    workspace_id: string;
    sender_id: string;
    channel: "whatsapp";
    state: "connecting" | "connected" | "token_invalid" | "app_secret_invalid" | "disconnected";
    app_id: string;
    waba_id: string;
    phone_number_id: string;
    display_phone_number: string | null;
    verified_name: string | null;
    quality: Generated<string>;
    connected_at: Date | null;
    created_at: Generated<Date>;
    agent_seen_at: Date | null;
    chosen_at: Date | null;
    token_expires_at: Date | null;
    token_checked_at: Date | null;
  };
  "webxkey.sender_paces": {
    workspace_id: string;
    sender_id: string;
    per_second: Generated<number>;
    next_at: Generated<Date>;
    learned_per_second: number | null;
    learned_at: Date | null;
    slowed_at: Date | null;
    paused_until: Date | null;
    pause_reason: string | null;
    recipients_max: number | null;
    served_at: Generated<Date>;
  };
  "webxkey.sender_routes": {
    phone_number_id: string;
    waba_id: string;
    app_id: string;
    workspace_id: string;
    sender_id: string;
  };
  "webxkey.templates": {
    workspace_id: string;
    waba_id: string;
    name: string;
    language: string;
    template_id: string;
    status: string;
    category: string;
    quality: string | null;
    graph: ColumnType<unknown, string, string>;
    synced_at: Date;
  };
  "webxkey.rule_states": {
    workspace_id: string;
    rule_id: string;
    active: boolean;
    activated_at: Date | null;
  };
  "webxkey.rule_hours": {
    workspace_id: string;
    rule_id: string;
    hour: Date;
    sends: number;
  };
  "webxkey.wordings": {
    workspace_id: string;
    wording_id: string;
    version: string;
    language: string;
    purpose: string;
    body: string;
    body_sha256: Bytes;
    created_at: Date;
  };
  "webxkey.consents": {
    workspace_id: string;
    consent_id: string;
    recorded_seq: Generated<number>;
    contact_id: string;
    purpose: string;
    channel: string;
    state: "given" | "withdrawn";
    assurance: "claimed" | "attested" | "confirmed";
    entity_type: string | null;
    entity_ref: string | null;
    wording_id: string | null;
    wording_version: string | null;
    wording_language: string | null;
    method: string;
    evidence_sealed: Bytes;
    /** The withdrawal that an attested consent follows. */
    lifts: string | null;
    occurred_at: Date;
    recorded_at: Date;
  };
  "webxkey.unsure_cases": {
    workspace_id: string;
    case_id: string;
    contact_id: string;
    inbound_id: string;
    opened_at: Date;
    answer: "opt_out" | "carry_on" | null;
    answered_at: Date | null;
    /** Null where the person's own next word answered it. */
    answered_by: string | null;
  };
  "webxkey.events": {
    workspace_id: string;
    event_id: string;
    source: string;
    external_id: string;
    type: string;
    entity_type: string;
    entity_ref: string;
    entity_label: string | null;
    origin: "push" | "sweep";
    contact_id: string | null;
    body_hash: Bytes;
    occurred_at: Date;
    received_at: Date;
  };
  "webxkey.messages": {
    workspace_id: string;
    message_id: string;
    event_id: string;
    rule_id: string;
    contact_id: string | null;
    sender_id: string | null;
    purpose: string;
    channel: string;
    template: string;
    language: string | null;
    languages: string[];
    params_sealed: Bytes | null;
    state: string;
    /** The state of a message that is not ended, else null: what indexes look at. The database makes it from `state`. */
    open_state: ColumnType<string | null, never, never>;
    reason_code: string | null;
    /** What the reason speaks of: a parameter's name, a status, a language. Never a person's data. */
    reason_detail: string | null;
    evidence_kind: "consent" | "security_request" | null;
    consent_id: string | null;
    priority: number;
    due_at: Date;
    expires_at: Date;
    attempt_id: string | null;
    attempts: Generated<number>;
    lease_until: Date | null;
    created_at: Date;
    updated_at: Date;
  };
  "webxkey.attempts": {
    workspace_id: string;
    attempt_id: string;
    message_id: string;
    n: number;
    started_at: Date;
    finished_at: Date | null;
    outcome: Generated<"started" | "accepted" | "refused" | "not_sent" | "unknown">;
    graph_code: number | null;
    reason_code: string | null;
    wamid_lookup: Bytes | null;
    wamid_sealed: Bytes | null;
  };
  "webxkey.statuses": {
    workspace_id: string;
    attempt_id: string;
    status: "sent" | "delivered" | "read" | "played" | "failed";
    provider_at: Date;
    received_at: Date;
    error_code: number | null;
    price_type: string | null;
    price_category: string | null;
    billable: boolean | null;
  };
  "webxkey.inbound_messages": {
    workspace_id: string;
    inbound_id: string;
    sender_id: string;
    contact_id: string;
    wamid_lookup: Bytes;
    wamid_sealed: Bytes;
    kind: string;
    content_sealed: Bytes | null;
    reading: "opt_out" | "opt_in" | "unsure" | "none";
    reply_to: string | null;
    provider_at: Date;
    received_at: Date;
    read_at: ColumnType<Date | null, never, Date>;
    read_by: ColumnType<string | null, never, string>;
  };
  "webxkey.inbox": {
    inbox_id: Generated<number>;
    body_hash: Bytes;
    verified_by: ColumnType<VerifiedApp[], string, string>;
    body_raw: Bytes | null;
    /** 0 is applied first: it carries an opt-out. */
    lane: Generated<0 | 1>;
    state: Generated<"stored" | "applied">;
    failures: Generated<number>;
    due_at: Generated<Date>;
    received_at: Generated<Date>;
    applied_at: Date | null;
  };
  "webxkey.receiver_uptimes": {
    began_at: Date;
    last_at: Date;
  };
  "webxkey.quarantine": {
    quarantine_id: string;
    inbox_id: number;
    reason: string;
    field: string | null;
    part_raw: Bytes;
    received_at: Date;
    delete_after: Date;
  };
  "webxkey.connections": {
    workspace_id: string;
    connection_id: string;
    connector: string;
    name: string;
    source: string;
    settings_sealed: Bytes;
    consent_mapping: ColumnType<MappedConsent[], string, string>;
    state: "active" | "paused";
    installed_at: Date;
    /** Where the next poll begins to look, by the platform's own times. */
    poll_from: Date;
    polled_at: Date | null;
    last_delivery_at: Date | null;
    last_problem: string | null;
    last_problem_at: Date | null;
    /** Times that the shop could not be read, one after another, and until when it is left alone. */
    read_failures: Generated<number>;
    read_after: Date | null;
  };
  "webxkey.connection_problems": {
    workspace_id: string;
    connection_id: string;
    code: string;
    /** Empty where it is about the whole connection. */
    entity_id: string;
    entity_kind: string | null;
    detail: string | null;
    since: Date;
    last_at: Date;
    times: Generated<number>;
  };
  "webxkey.connection_secrets": {
    workspace_id: string;
    connection_id: string;
    version: number;
    sealed: Bytes;
    created_at: Date;
    expires_at: Date | null;
  };
  "webxkey.connection_addresses": {
    address_hash: Bytes;
    workspace_id: string;
    connection_id: string;
    expires_at: Date | null;
  };
  "webxkey.connector_facts": {
    workspace_id: string;
    connection_id: string;
    fact_key: string;
    type: string;
    entity_id: string;
    state: string | null;
    occurred_at: Date | null;
    do_not_notify: boolean;
    origin: "push" | "sweep";
    delivery_id: string | null;
    /** Its place among the acts that one record proved. */
    seq: Generated<number>;
    attempts: Generated<number>;
    outcome: string | null;
    received_at: Generated<Date>;
    due_at: Generated<Date>;
    done_at: Date | null;
    parked_at: Date | null;
  };
  "webxkey.privacy_requests": {
    workspace_id: string;
    request_id: string;
    kind: "access" | "erase_person" | "erase_shop";
    state: "open" | "answered";
    connection_id: string;
    connector: string;
    source: string;
    wish_key: string;
    delivery_id: string | null;
    person_sealed: Bytes;
    received_at: Date;
    due_at: Date;
    answered_at: Date | null;
    answered_by: string | null;
    answer_sealed: Bytes | null;
  };
  "webxkey.audit_entries": {
    workspace_id: string;
    seq: number;
    at: Date;
    actor_type: "user" | "service" | "host" | "meta" | "person" | "engine";
    actor_id: string | null;
    role: string | null;
    action: string;
    object_type: string;
    object_id: string;
    outcome: string;
    request_id: string | null;
    subject_id: string | null;
    detail_commit: Bytes | null;
    prev_hash: Bytes;
    entry_hash: Bytes;
  };
  "webxkey.audit_details": {
    workspace_id: string;
    seq: number;
    sealed: Bytes | null;
  };
}

export interface KeyTables {
  "webxkey_keys.workspace_keys": {
    workspace_id: string;
    version: number;
    wrapped_seal: Bytes;
    wrapped_lookup: Bytes;
    created_at: Generated<Date>;
  };
  "webxkey_keys.subject_keys": {
    workspace_id: string;
    subject_id: string;
    wrapped_seal: Bytes | null;
    created_at: Generated<Date>;
    destroyed_at: Date | null;
  };
}

/** Which field of a shop's order says that the buyer agreed, and to which words. */
export interface MappedConsent {
  readonly field: string;
  /** What stands in the field where the buyer agreed. Absent: what people write for yes. */
  readonly equals?: string | undefined;
  readonly wordingId: string;
  readonly wordingVersion: string;
  readonly wordingLanguage: string;
}

/** A Meta app whose secret verified a webhook body, as one workspace connected it. */
export interface VerifiedApp {
  readonly workspace_id: string;
  readonly app_id: string;
}
