import { createHash, randomBytes } from "node:crypto";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { type IdSource, isUuid } from "../kernel/ids.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import type { Db } from "../storage/index.ts";
import { type Access, actorOf, type Member, memberOf, requireRight } from "./access.ts";
import type { ApiKeys, CreatedKey } from "./api-keys.ts";
import {
  type Invitation,
  insertInvitation,
  openInvitations,
  revokeInvitations,
  takeInvitation,
} from "./invitation-store.ts";
import { may, type Role } from "./rights.ts";

export type { Invitation };

const INVITATION_BYTES = 32;
const INVITATION_PREFIX = "wxi_";
const INVITATION_TEXT = /^wxi_[A-Za-z0-9_-]{43}$/;
const INVITATION_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;
/** The same whatever is wrong with it, so that nobody learns which invitations there once were. */
const REFUSED =
  "This invitation does not work: it is unknown, used, expired or revoked. Ask an owner or admin for a new one.";

/** The only moment at which an invitation's text is there to be handed on. */
export interface CreatedInvitation extends Invitation {
  readonly invitation: Secret;
}

/**
 * How people come in where no host signs them in: whoever may write members invites a user with a role, and hands on a text
 * that is good once, within a week. Accepting it makes the member and a personal key, which only the one who accepts sees.
 */
export interface Invitations {
  /** An earlier open invitation of the same user ends. @throws WebxkeyError `forbidden`, `conflict` for a member. */
  invite(by: Member, userId: string, role: Role): Promise<CreatedInvitation>;
  list(by: Member): Promise<Invitation[]>;
  /** @throws WebxkeyError `forbidden`, `not_found`. */
  revoke(by: Member, invitationId: string): Promise<void>;
  /**
   * Makes the member and a personal key. Whoever invited has to be allowed to still.
   * @throws WebxkeyError `unauthenticated` in the same words whatever is wrong.
   */
  accept(invitation: Secret): Promise<{ readonly member: Member; readonly key: CreatedKey }>;
}

export interface InvitationPorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly access: Access;
  readonly apiKeys: Pick<ApiKeys, "createPersonal">;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export function createInvitations({ db, audit, access, apiKeys, clock, ids }: InvitationPorts): Invitations {
  return {
    async invite(by, userId, role) {
      requireRight(by, "member:write");
      const { workspaceId } = by;
      return await db.transaction().execute(async (tx) => {
        // Locked, so that a role that was taken away meanwhile invites nobody.
        const inviter = await access.lockedMember(tx, workspaceId, by.userId);
        if (!mayInvite(inviter, role)) {
          throw new WebxkeyError("forbidden", { detail: "Only an owner makes or changes an owner." });
        }
        if (await access.lockedMember(tx, workspaceId, userId)) {
          const detail = "This user is a member already. Change the role instead.";
          throw new WebxkeyError("conflict", { detail, fields: [{ pointer: "/user_id", detail }] });
        }
        const now = clock.now();
        const revoked = await revokeInvitations(tx, workspaceId, { userId }, now);
        const invitation = secret(INVITATION_PREFIX + randomBytes(INVITATION_BYTES).toString("base64url"));
        const row: Invitation = {
          workspaceId,
          invitationId: ids.row(),
          userId,
          role,
          invitedBy: by.userId,
          createdAt: now,
          expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY_MS),
        };
        await insertInvitation(tx, { ...row, hash: hashOf(invitation) });
        const actor = actorOf(by);
        await audit.append(tx, workspaceId, [
          ...revoked.map((id) => ({
            actor,
            action: "invitation.revoked",
            object: { type: "invitation", id },
            outcome: "replaced",
          })),
          {
            actor,
            action: "invitation.created",
            object: { type: "invitation", id: row.invitationId },
            outcome: `${userId} ${role}`,
          },
        ]);
        return { ...row, invitation };
      });
    },

    async list(by) {
      requireRight(by, "member:read");
      return await openInvitations(db, by.workspaceId, clock.now());
    },

    async revoke(by, invitationId) {
      requireRight(by, "member:write");
      await db.transaction().execute(async (tx) => {
        const [revoked] = isUuid(invitationId)
          ? await revokeInvitations(tx, by.workspaceId, { invitationId }, clock.now())
          : [];
        if (!revoked) throw new WebxkeyError("not_found", { detail: "There is no such open invitation." });
        const object = { type: "invitation", id: revoked };
        await audit.append(tx, by.workspaceId, [
          { actor: actorOf(by), action: "invitation.revoked", object, outcome: "by_person" },
        ]);
      });
    },

    async accept(invitation) {
      if (!INVITATION_TEXT.test(invitation.reveal())) throw refused();
      return await db.transaction().execute(async (tx) => {
        const taken = await takeInvitation(tx, hashOf(invitation), clock.now());
        if (!taken) throw refused();
        const { workspaceId, userId, role, invitedBy, invitationId } = taken;
        const inviter = await access.lockedMember(tx, workspaceId, invitedBy);
        if (!mayInvite(inviter, role) || (await access.lockedMember(tx, workspaceId, userId)))
          throw refused();
        const member = memberOf({ workspaceId, userId, role });
        const actor = actorOf(member);
        const joined = await access.add(tx, actor, member);
        const { created, facts } = await apiKeys.createPersonal(tx, actor, {
          workspaceId,
          userId,
          name: "Invitation",
        });
        const object = { type: "invitation", id: invitationId };
        await audit.append(tx, workspaceId, [
          { actor, action: "invitation.accepted", object, outcome: role },
          joined,
          ...facts,
        ]);
        return { member, key: created };
      });
    },
  };
}

/** As the inviter's role is now. */
function mayInvite(inviter: Member | undefined, role: Role): boolean {
  if (!inviter || !may(inviter.role, "member:write")) return false;
  return role !== "owner" || inviter.role === "owner";
}

/** A fast hash is enough: nobody tries 2^256 invitations. */
function hashOf(invitation: Secret): Buffer {
  return createHash("sha256").update(invitation.reveal()).digest();
}

function refused(): WebxkeyError {
  return new WebxkeyError("unauthenticated", { detail: REFUSED });
}
