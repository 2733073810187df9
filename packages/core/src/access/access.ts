import type { Actor, Audit } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { may, type Right, type Role } from "./rights.ts";

/** Someone who was let in: who, in which workspace, with which role. Made only by `Access.admit`. */
export interface Member {
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
  /** The staff member's own key: their IP address and device are personal data too. */
  readonly subjectId: string;
}

export interface MemberRow {
  readonly userId: string;
  readonly role: Role;
  readonly since: Date;
}

/** Roles of a workspace. Read at each request, so that taking a role away works at once. */
export interface Access {
  /** The member behind a host's user, or undefined: deny by default. */
  admit(workspaceId: string, userId: string): Promise<Member | undefined>;
  list(workspaceId: string): Promise<MemberRow[]>;
  /** @throws WebxkeyError `forbidden` for a grant to oneself, or an owner touched by anyone but an owner. */
  set(by: Member, userId: string, role: Role): Promise<void>;
  /** Sets the first owner, named by the installation's configuration. Does nothing when there is an owner already. */
  ensureOwner(workspaceId: string, userId: string): Promise<void>;
}

/** @throws WebxkeyError `forbidden` with a sentence that names the role and who can change it. */
export function requireRight(member: Member, right: Right): void {
  if (may(member.role, right)) return;
  throw new WebxkeyError("forbidden", {
    detail: `The role ${member.role} does not have the right ${right}. An owner or admin can give you another role.`,
  });
}

export function actorOf(member: Member): Actor {
  return { type: member.role === "service" ? "service" : "user", id: member.userId, role: member.role };
}

export function createAccess({
  db,
  keys,
  audit,
  ids,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly ids: IdSource;
}): Access {
  async function find(on: Db, workspaceId: string, userId: string): Promise<Member | undefined> {
    const row = await on
      .selectFrom("webxkey.members")
      .selectAll()
      .where("workspace_id", "=", workspaceId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row && { workspaceId, userId, role: row.role as Role, subjectId: row.subject_id };
  }

  /** One change of roles at a time: two owners who demote each other at once would leave none. */
  async function write(
    by: Actor,
    { workspaceId, userId }: Pick<Member, "workspaceId" | "userId">,
    role: Role,
    allow: (tx: Db, before: Member | undefined) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx
        .selectFrom("webxkey.workspaces")
        .select("workspace_id")
        .where("workspace_id", "=", workspaceId)
        .forNoKeyUpdate()
        .execute();
      const before = await find(tx, workspaceId, userId);
      await allow(tx, before);
      const subjectId = before?.subjectId ?? ids.row();
      if (!before) await keys.createSubjects(workspaceId, [subjectId]);
      await tx
        .insertInto("webxkey.members")
        .values({ workspace_id: workspaceId, user_id: userId, role, subject_id: subjectId })
        .onConflict((conflict) => conflict.columns(["workspace_id", "user_id"]).doUpdateSet({ role }))
        .execute();
      const object = { type: "member", id: userId };
      await audit.append(tx, workspaceId, [{ actor: by, action: "member.role_set", object, outcome: role }]);
    });
  }

  return {
    admit: (workspaceId, userId) => find(db, workspaceId, userId),

    async list(workspaceId) {
      const rows = await db
        .selectFrom("webxkey.members")
        .select(["user_id", "role", "since"])
        .where("workspace_id", "=", workspaceId)
        .orderBy("since")
        .execute();
      return rows.map((row) => ({ userId: row.user_id, role: row.role as Role, since: row.since }));
    },

    async set(by, userId, role) {
      requireRight(by, "member:write");
      if (userId === by.userId)
        throw new WebxkeyError("forbidden", { detail: "Nobody changes their own role: ask another owner." });
      await write(actorOf(by), { workspaceId: by.workspaceId, userId }, role, async (tx, before) => {
        const now = await find(tx, by.workspaceId, by.userId);
        if (now?.role !== by.role)
          throw new WebxkeyError("forbidden", { detail: "Your own role was just changed." });
        if (now.role !== "owner" && (role === "owner" || before?.role === "owner"))
          throw new WebxkeyError("forbidden", { detail: "Only an owner makes or changes an owner." });
      });
    },

    async ensureOwner(workspaceId, userId) {
      const owner = await db
        .selectFrom("webxkey.members")
        .select("user_id")
        .where("workspace_id", "=", workspaceId)
        .where("role", "=", "owner")
        .executeTakeFirst();
      if (!owner) await write({ type: "host" }, { workspaceId, userId }, "owner");
    },
  };
}
