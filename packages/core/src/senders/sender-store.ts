import { sql, type Updateable } from "kysely";
import { WebxkeyError } from "../kernel/errors.ts";
import { anyOf, type Db, type Tables } from "../storage/index.ts";

/** One WhatsApp number of a workspace. */
export interface Sender {
  readonly workspaceId: string;
  readonly senderId: string;
  readonly state: "connecting" | "connected" | "token_invalid" | "app_secret_invalid" | "disconnected";
  readonly appId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string | null;
  readonly verifiedName: string | null;
  readonly quality: string;
  readonly connectedAt: Date | null;
  /** Since when the shop wants its messages to go from this number; null where nobody has said so. */
  readonly chosenAt: Date | null;
  /** Null: never, or not known. */
  readonly tokenExpiresAt: Date | null;
}

export async function sendersOf(db: Db, workspaceId: string): Promise<Sender[]> {
  const rows = await db
    .selectFrom("webxkey.senders")
    .select([
      "workspace_id",
      "sender_id",
      "state",
      "app_id",
      "waba_id",
      "phone_number_id",
      "display_phone_number",
      "verified_name",
      "quality",
      "connected_at",
      "chosen_at",
      "token_expires_at",
    ])
    .where("workspace_id", "=", workspaceId)
    .orderBy("created_at")
    .execute();
  return rows.map((row) => ({
    workspaceId: row.workspace_id,
    senderId: row.sender_id,
    state: row.state,
    appId: row.app_id,
    wabaId: row.waba_id,
    phoneNumberId: row.phone_number_id,
    displayPhoneNumber: row.display_phone_number,
    verifiedName: row.verified_name,
    quality: row.quality,
    connectedAt: row.connected_at,
    chosenAt: row.chosen_at,
    tokenExpiresAt: row.token_expires_at,
  }));
}

/** An hour is fine enough: a busy chat must not write the number's row for each message. */
export async function markAgentSeen(
  tx: Db,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<void> {
  if (senderIds.length === 0) return;
  await sql`update webxkey.senders set agent_seen_at = now()
    where workspace_id = ${workspaceId} and sender_id = ${anyOf(senderIds, "uuid")}
      and (agent_seen_at is null or agent_seen_at < now() - interval '1 hour')`.execute(tx);
}

/** When Meta's business agent last held a chat of this number; null where that was longer than a week ago, or never. */
export async function agentSeenAt(db: Db, workspaceId: string, senderId: string): Promise<Date | null> {
  const { rows } = await sql<{ agent_seen_at: Date }>`select agent_seen_at from webxkey.senders
    where workspace_id = ${workspaceId} and sender_id = ${senderId}
      and agent_seen_at > now() - interval '7 days'`.execute(db);
  return rows[0]?.agent_seen_at ?? null;
}

/**
 * Makes or remakes a sender and its route. A number that another workspace has disconnected may be taken over by whoever has a token
 * for it.
 * @throws WebxkeyError `conflict` where another workspace has the number.
 */
export async function writeSender(tx: Db, sender: Sender): Promise<void> {
  const values = {
    state: sender.state,
    app_id: sender.appId,
    waba_id: sender.wabaId,
    display_phone_number: sender.displayPhoneNumber,
    verified_name: sender.verifiedName,
    quality: sender.quality,
    connected_at: sender.connectedAt,
    chosen_at: sender.chosenAt,
    token_expires_at: sender.tokenExpiresAt,
    token_checked_at: sender.connectedAt,
  };
  await tx
    .insertInto("webxkey.senders")
    .values({
      workspace_id: sender.workspaceId,
      sender_id: sender.senderId,
      channel: "whatsapp",
      phone_number_id: sender.phoneNumberId,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(["workspace_id", "sender_id"]).doUpdateSet(values))
    .execute();
  const route = await tx
    .insertInto("webxkey.sender_routes")
    .values({
      phone_number_id: sender.phoneNumberId,
      waba_id: sender.wabaId,
      app_id: sender.appId,
      workspace_id: sender.workspaceId,
      sender_id: sender.senderId,
    })
    .onConflict((conflict) =>
      conflict
        .column("phone_number_id")
        .doUpdateSet({
          waba_id: sender.wabaId,
          app_id: sender.appId,
          workspace_id: sender.workspaceId,
          sender_id: sender.senderId,
        })
        .where(
          sql<boolean>`webxkey.sender_routes.workspace_id = ${sender.workspaceId} or exists (
            select 1 from webxkey.senders s where s.workspace_id = webxkey.sender_routes.workspace_id
              and s.sender_id = webxkey.sender_routes.sender_id and s.state = 'disconnected')`,
        ),
    )
    .returning("workspace_id")
    .executeTakeFirst();
  if (!route) {
    throw new WebxkeyError("conflict", {
      detail: "This phone number is connected in another workspace. Disconnect it there first.",
    });
  }
}

export async function setSender(
  tx: Db,
  { workspaceId, senderId }: Pick<Sender, "workspaceId" | "senderId">,
  values: Updateable<Tables["webxkey.senders"]>,
): Promise<void> {
  await tx
    .updateTable("webxkey.senders")
    .set(values)
    .where("workspace_id", "=", workspaceId)
    .where("sender_id", "=", senderId)
    .execute();
}

/** What Meta lets a number do, told when it is connected and looked at again each hour. */
export interface SenderLimits {
  readonly perSecond: number;
  /** People that may be written to within 24 hours; null where Meta sets no limit. */
  readonly recipientsMax: number | null;
}

export async function writeLimits(
  tx: Db,
  { workspaceId, senderId }: Pick<Sender, "workspaceId" | "senderId">,
  { perSecond, recipientsMax }: SenderLimits,
): Promise<void> {
  const limits = { per_second: perSecond, recipients_max: recipientsMax };
  await tx
    .insertInto("webxkey.sender_paces")
    .values({ workspace_id: workspaceId, sender_id: senderId, ...limits })
    .onConflict((conflict) => conflict.columns(["workspace_id", "sender_id"]).doUpdateSet(limits))
    .execute();
}

export interface Route {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly appId: string;
  readonly workspaceId: string;
  readonly senderId: string;
}

/** Who the numbers and accounts of a webhook belong to. */
export async function routesOf(
  db: Db,
  phoneNumberIds: readonly string[],
  wabaIds: readonly string[],
): Promise<Route[]> {
  if (phoneNumberIds.length === 0 && wabaIds.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.sender_routes")
    .select(["phone_number_id", "waba_id", "app_id", "workspace_id", "sender_id"])
    .where(({ eb, or }) =>
      or([
        eb("phone_number_id", "=", anyOf(phoneNumberIds, "text")),
        eb("waba_id", "=", anyOf(wabaIds, "text")),
      ]),
    )
    .execute();
  return rows.map((row) => ({
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    appId: row.app_id,
    workspaceId: row.workspace_id,
    senderId: row.sender_id,
  }));
}
