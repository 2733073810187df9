import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { onConfig } from "@webxkey/chaos/child";
import { demoAccount } from "@webxkey/testing";
import pg from "pg";
import { Pool } from "undici";
import { TEMPLATE, templateOf } from "../template.ts";
import { serveSide } from "./serve-side.ts";

export type TransactionConfig = { readonly connectionString: string; readonly graphUrl: string };

type Status = { id: string; status: string; timestamp: string; biz_opaque_callback_data: string };
type Message = { message_id: string; contact_id: string; params_sealed: Buffer };

const WORKSPACE = "shop";
const { app, number, token } = demoAccount;

/**
 * The same work as the usual outbox loop does it: one worker with one message in flight, a transaction to claim it, one to
 * record its answer, and one for each status. It keeps the engine's tables, keys' reads, encryption and audit chain; what it
 * leaves out (pacing, pauses, people who share a phone) makes it faster, not slower.
 */
onConfig<TransactionConfig>(async ({ connectionString, graphUrl }) => {
  const db = new pg.Pool({ connectionString, max: 4 });
  const graph = new Pool(graphUrl, { connections: 1 });
  const key = randomBytes(32);
  const arrived: { inboxId: string; statuses: Status[] }[] = [];
  let applying = false;

  async function inTransaction<T>(work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
    const tx = await db.connect();
    try {
      await tx.query("begin");
      const result = await work(tx);
      await tx.query("commit");
      return result;
    } finally {
      tx.release();
    }
  }

  function seal(value: string): Buffer {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    return Buffer.concat([iv, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  }

  async function audit(
    tx: pg.PoolClient,
    action: string,
    messageId: string,
    contactId: string,
  ): Promise<void> {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('webxkey.audit:shop', 0))");
    const { rows } = await tx.query<{ seq: number; entry_hash: Buffer }>(
      "select seq::int, entry_hash from webxkey.audit_entries where workspace_id = $1 order by seq desc limit 1",
      [WORKSPACE],
    );
    const seq = (rows[0]?.seq ?? 0) + 1;
    const before = rows[0]?.entry_hash ?? Buffer.alloc(32);
    const detail = JSON.stringify({ action, salt: randomUUID() });
    const commit = createHash("sha256").update(detail).digest();
    const hash = createHash("sha256").update(before).update(commit).update(messageId).digest();
    await tx.query(
      `insert into webxkey.audit_entries (workspace_id, seq, at, actor_type, action, object_type, object_id, outcome,
         subject_id, detail_commit, prev_hash, entry_hash)
       values ($1, $2, now(), 'engine', $3, 'message', $4, 'done', $5, $6, $7, $8)`,
      [WORKSPACE, seq, action, messageId, contactId, commit, before, hash],
    );
    await tx.query("insert into webxkey.audit_details (workspace_id, seq, sealed) values ($1, $2, $3)", [
      WORKSPACE,
      seq,
      seal(detail),
    ]);
  }

  async function claim(attemptId: string): Promise<Message | undefined> {
    return await inTransaction(async (tx) => {
      const { rows } = await tx.query<Message>(
        `select message_id, contact_id, params_sealed from webxkey.messages
         where workspace_id = $1 and open_state = 'queued' and due_at <= now() order by priority, due_at limit 1
         for update skip locked`,
        [WORKSPACE],
      );
      const [message] = rows;
      if (!message) return undefined;
      const { message_id, contact_id } = message;
      await tx.query("select wrapped_seal from webxkey_keys.subject_keys where subject_id = $1", [
        contact_id,
      ]);
      await tx.query("select * from webxkey.consents where workspace_id = $1 and contact_id = $2", [
        WORKSPACE,
        contact_id,
      ]);
      await tx.query("select * from webxkey.templates where workspace_id = $1 and name = $2", [
        WORKSPACE,
        TEMPLATE.name,
      ]);
      await tx.query(
        "select sealed from webxkey.contact_identities where workspace_id = $1 and contact_id = $2",
        [WORKSPACE, contact_id],
      );
      const sealed = seal("values");
      createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12))
        .setAuthTag(sealed.subarray(-16))
        .update(sealed.subarray(12, -16));
      await tx.query(
        "insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at) values ($1, $2, $3, 1, now())",
        [WORKSPACE, attemptId, message_id],
      );
      await tx.query(
        `update webxkey.messages set state = 'sending', attempt_id = $3, attempts = 1, updated_at = now(),
           sender_id = (select sender_id from webxkey.senders limit 1), lease_until = now() + interval '60 s'
         where workspace_id = $1 and message_id = $2`,
        [WORKSPACE, message_id, attemptId],
      );
      await audit(tx, "message.attempted", message_id, contact_id);
      return message;
    });
  }

  async function record(
    attemptId: string,
    { message_id, contact_id }: Message,
    wamid: string,
  ): Promise<void> {
    await inTransaction(async (tx) => {
      const lookup = createHmac("sha256", key).update(wamid).digest();
      await tx.query(
        `update webxkey.attempts set outcome = 'accepted', wamid_lookup = $3, wamid_sealed = $4, finished_at = now()
         where workspace_id = $1 and attempt_id = $2`,
        [WORKSPACE, attemptId, lookup, seal(wamid)],
      );
      await tx.query(
        `update webxkey.messages set state = 'accepted', lease_until = null, params_sealed = null, updated_at = now()
         where workspace_id = $1 and message_id = $2 and state = 'sending'`,
        [WORKSPACE, message_id],
      );
      await audit(tx, "message.answered", message_id, contact_id);
    });
  }

  async function sendOne(n: number): Promise<boolean> {
    const attemptId = randomUUID();
    const message = await claim(attemptId);
    if (!message) return false;
    const answer = await graph.request({
      method: "POST",
      path: `/v25.0/${number.id}/messages`,
      headers: { "content-type": "application/json", authorization: `Bearer ${token.value}` },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: `+1650555${String(n % 10_000).padStart(4, "0")}`,
        type: "template",
        template: templateOf(n),
        biz_opaque_callback_data: attemptId,
      }),
    });
    const body = (await answer.body.json()) as { messages: [{ id: string }] };
    await record(attemptId, message, body.messages[0].id);
    return true;
  }

  async function applyStatus({
    status,
    timestamp,
    biz_opaque_callback_data: attemptId,
  }: Status): Promise<void> {
    await inTransaction(async (tx) => {
      const { rows } = await tx.query<Message>(
        `select m.message_id, m.contact_id from webxkey.attempts a
         join webxkey.messages m on m.workspace_id = a.workspace_id and m.message_id = a.message_id
         where a.workspace_id = $1 and a.attempt_id = $2`,
        [WORKSPACE, attemptId],
      );
      const [message] = rows;
      if (!message) return;
      await tx.query(
        `insert into webxkey.statuses (workspace_id, attempt_id, status, provider_at, received_at)
         values ($1, $2, $3, to_timestamp($4), now()) on conflict do nothing`,
        [WORKSPACE, attemptId, status, Number(timestamp)],
      );
      await tx.query(
        "update webxkey.messages set state = $3, updated_at = now() where workspace_id = $1 and message_id = $2",
        [WORKSPACE, message.message_id, status],
      );
      await audit(tx, "message.status", message.message_id, message.contact_id);
    });
  }

  async function applyAll(): Promise<void> {
    if (applying) return;
    applying = true;
    for (let next = arrived.shift(); next; next = arrived.shift()) {
      for (const status of next.statuses) await applyStatus(status);
      await db.query(
        "update webxkey.inbox set state = 'applied', body_raw = null, applied_at = now() where inbox_id = $1",
        [next.inboxId],
      );
    }
    applying = false;
  }

  async function receive(raw: Buffer, signature: string): Promise<void> {
    const expected = `sha256=${createHmac("sha256", app.secret).update(raw).digest("hex")}`;
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
      throw new Error("A wrong signature.");
    const { rows } = await db.query<{ inbox_id: string }>(
      "insert into webxkey.inbox (body_hash, verified_by, body_raw) values ($1, '[]', $2) returning inbox_id",
      [createHash("sha256").update(raw).digest(), seal(raw.toString())],
    );
    const body = JSON.parse(raw.toString()) as { entry: { changes: { value: { statuses?: Status[] } }[] }[] };
    arrived.push({
      inboxId: rows[0]?.inbox_id ?? "",
      statuses: body.entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? [])),
    });
    void applyAll();
  }

  function webhook(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "GET") {
        response.end(new URL(request.url ?? "/", "http://bench").searchParams.get("hub.challenge"));
        return;
      }
      receive(Buffer.concat(chunks), String(request.headers["x-hub-signature-256"])).then(
        () => response.end(),
        () => response.writeHead(500).end(),
      );
    });
  }

  return await serveSide(
    {
      async send({ count }: { readonly count: number }) {
        let sent = 0;
        while (sent < count && (await sendOne(sent))) sent += 1;
        return { sent };
      },
    },
    webhook,
  );
});
