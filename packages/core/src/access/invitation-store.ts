import type { Db } from "../storage/index.ts";
import type { Role } from "./rights.ts";

/** An invitation as it is listed: everything but its text, which nobody has. */
export interface Invitation {
  readonly workspaceId: string;
  readonly invitationId: string;
  readonly userId: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function insertInvitation(
  tx: Db,
  invitation: Invitation & { readonly hash: Buffer },
): Promise<void> {
  const at = { workspace_id: invitation.workspaceId, invitation_id: invitation.invitationId };
  await tx
    .insertInto("webxkey.invitations")
    .values({
      ...at,
      user_id: invitation.userId,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      accepted_at: null,
      revoked_at: null,
    })
    .execute();
  await tx
    .insertInto("webxkey.invitation_hashes")
    .values({ invitation_hash: invitation.hash, ...at })
    .execute();
}

/** Invitations that can still be accepted, newest first. */
export async function openInvitations(db: Db, workspaceId: string, now: Date): Promise<Invitation[]> {
  const rows = await db
    .selectFrom("webxkey.invitations")
    .select([
      "workspace_id as workspaceId",
      "invitation_id as invitationId",
      "user_id as userId",
      "role",
      "invited_by as invitedBy",
      "created_at as createdAt",
      "expires_at as expiresAt",
    ])
    .where("workspace_id", "=", workspaceId)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .orderBy("created_at", "desc")
    .execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

/** Takes an invitation by its hash. Of two who bring the same one at once, the second finds nothing. */
export async function takeInvitation(tx: Db, hash: Buffer, now: Date): Promise<Invitation | undefined> {
  const at = await tx
    .deleteFrom("webxkey.invitation_hashes")
    .where("invitation_hash", "=", hash)
    .returning(["workspace_id", "invitation_id"])
    .executeTakeFirst();
  if (!at) return undefined;
  const row = await tx
    .updateTable("webxkey.invitations")
    .set({ accepted_at: now })
    .where("workspace_id", "=", at.workspace_id)
    .where("invitation_id", "=", at.invitation_id)
    .where("expires_at", ">", now)
    .returning(["user_id", "role", "invited_by", "created_at", "expires_at"])
    .executeTakeFirst();
  return (
    row && {
      workspaceId: at.workspace_id,
      invitationId: at.invitation_id,
      userId: row.user_id,
      role: row.role as Role,
      invitedBy: row.invited_by,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }
  );
}

/** Ends open invitations, of one user or one by its id, and answers which. */
export async function revokeInvitations(
  tx: Db,
  workspaceId: string,
  which: { readonly invitationId: string } | { readonly userId: string },
  now: Date,
): Promise<string[]> {
  let query = tx
    .updateTable("webxkey.invitations")
    .set({ revoked_at: now })
    .where("workspace_id", "=", workspaceId)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null);
  query =
    "userId" in which
      ? query.where("user_id", "=", which.userId)
      : query.where("invitation_id", "=", which.invitationId);
  const revoked = (await query.returning("invitation_id").execute()).map((row) => row.invitation_id);
  if (revoked.length > 0) {
    await tx
      .deleteFrom("webxkey.invitation_hashes")
      .where("workspace_id", "=", workspaceId)
      .where("invitation_id", "in", revoked)
      .execute();
  }
  return revoked;
}
