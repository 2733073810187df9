import { type Actor, type Audit, type AuditFact, isAudited } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { endKeys } from "./api-key-store.ts";
import { type Right, type Role, rightsOf } from "./rights.ts";

/** Someone who was let in: who, in which workspace, with which role. Made only by `Access.admit` and from an API key. */
export interface Member {
  readonly workspaceId: string;
  /** The host's user, or the id of a service key. */
  readonly userId: string;
  readonly role: Role;
  /** Their rights: all of the role, or the scopes of a service key. */
  readonly rights: readonly Right[];
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
  /** Ends a membership, and with it the user's keys. @throws WebxkeyError `forbidden` as for `set`, `not_found`. */
  remove(by: Member, userId: string): Promise<void>;
  /** Sets the first owner, named by the installation's configuration. Does nothing when there is an owner already. */
  ensureOwner(workspaceId: string, userId: string): Promise<void>;
  /**
   * Gives a role that the installation's configuration names: `owner` as `ensureOwner` does, any other to who never had a role. One
   * that a person took away stays away, however often the installation starts.
   */
  ensureRole(workspaceId: string, userId: string, role: Role): Promise<void>;
  /** Makes a member where there was none, in the caller's transaction, and answers the entry to audit. */
  add(tx: Db, by: Actor, member: Pick<Member, "workspaceId" | "userId" | "role">): Promise<AuditFact>;
  /** The member, with every other change of members waiting for this transaction. */
  lockedMember(tx: Db, workspaceId: string, userId: string): Promise<Member | undefined>;
  /** The owner who was first, locked in the same way. */
  lockedOwner(tx: Db, workspaceId: string): Promise<Member | undefined>;
}

/** @throws WebxkeyError `forbidden` with a sentence that names the role and who can change it. */
export function requireRight(member: Member, right: Right): void {
  if (member.rights.includes(right)) return;
  throw new WebxkeyError("forbidden", {
    detail:
      member.role === "service"
        ? `This service does not have the right ${right}. If a service key can have it, make one with that scope.`
        : `The role ${member.role} does not have the right ${right}. An owner or admin can give you another role.`,
  });
}

export function memberOf(of: Omit<Member, "rights">): Member {
  return { ...of, rights: rightsOf(of.role) };
}

export function actorOf(member: Member): Actor {
  return { type: member.role === "service" ? "service" : "user", id: member.userId, role: member.role };
}

export function createAccess({
  db,
  keys,
  audit,
  clock,
  ids,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: IdSource;
}): Access {
  async function find(on: Db, workspaceId: string, userId: string): Promise<Member | undefined> {
    const row = await on
      .selectFrom("webxkey.members")
      .select("role")
      .where("workspace_id", "=", workspaceId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row && memberOf({ workspaceId, userId, role: row.role as Role });
  }

  /** One change of members at a time: two owners who demote each other at once would leave none. */
  async function lock(tx: Db, workspaceId: string): Promise<void> {
    await tx
      .selectFrom("webxkey.workspaces")
      .select("workspace_id")
      .where("workspace_id", "=", workspaceId)
      .forNoKeyUpdate()
      .execute();
  }

  async function lockedMember(tx: Db, workspaceId: string, userId: string): Promise<Member | undefined> {
    await lock(tx, workspaceId);
    return await find(tx, workspaceId, userId);
  }

  async function write(
    tx: Db,
    by: Actor,
    { workspaceId, userId }: Pick<Member, "workspaceId" | "userId">,
    role: Role,
    before: Member | undefined,
  ): Promise<AuditFact> {
    const subjectId = ids.row();
    // A staff member's own key: their IP address and device are personal data too.
    if (!before) await (await keys.createSubjects(workspaceId, [subjectId])).store();
    await tx
      .insertInto("webxkey.members")
      .values({ workspace_id: workspaceId, user_id: userId, role, subject_id: subjectId })
      .onConflict((conflict) => conflict.columns(["workspace_id", "user_id"]).doUpdateSet({ role }))
      .execute();
    const object = { type: "member", id: userId };
    return { actor: by, action: "member.role_set", object, outcome: role };
  }

  async function ensureOwner(workspaceId: string, userId: string): Promise<void> {
    const owner = await db
      .selectFrom("webxkey.members")
      .select("user_id")
      .where("workspace_id", "=", workspaceId)
      .where("role", "=", "owner")
      .executeTakeFirst();
    if (owner) return;
    await db.transaction().execute(async (tx) => {
      const before = await lockedMember(tx, workspaceId, userId);
      await audit.append(tx, workspaceId, [
        await write(tx, { type: "host" }, { workspaceId, userId }, "owner", before),
      ]);
    });
  }

  /** @throws WebxkeyError `forbidden` unless this member, as they are now, may put `userId` into another standing. */
  async function requireMayChange(
    tx: Db,
    by: Member,
    before: Member | undefined,
    role?: Role,
  ): Promise<void> {
    const now = await find(tx, by.workspaceId, by.userId);
    if (now?.role !== by.role)
      throw new WebxkeyError("forbidden", { detail: "Your own role was just changed." });
    if (now.role !== "owner" && (role === "owner" || before?.role === "owner"))
      throw new WebxkeyError("forbidden", { detail: "Only an owner makes or changes an owner." });
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
      const { workspaceId } = by;
      await db.transaction().execute(async (tx) => {
        const before = await lockedMember(tx, workspaceId, userId);
        await requireMayChange(tx, by, before, role);
        await audit.append(tx, workspaceId, [
          await write(tx, actorOf(by), { workspaceId, userId }, role, before),
        ]);
      });
    },

    async remove(by, userId) {
      requireRight(by, "member:write");
      if (userId === by.userId)
        throw new WebxkeyError("forbidden", { detail: "Nobody removes themselves: ask another owner." });
      const { workspaceId } = by;
      await db.transaction().execute(async (tx) => {
        const before = await lockedMember(tx, workspaceId, userId);
        await requireMayChange(tx, by, before);
        if (!before) throw new WebxkeyError("not_found", { detail: "There is no such member." });
        // Their keys are ended and not only without a member: who comes back later starts with new ones.
        const ended = await endKeys(tx, workspaceId, { userId }, clock.now());
        await tx
          .deleteFrom("webxkey.members")
          .where("workspace_id", "=", workspaceId)
          .where("user_id", "=", userId)
          .execute();
        const actor = actorOf(by);
        await audit.append(tx, workspaceId, [
          { actor, action: "member.removed", object: { type: "member", id: userId }, outcome: before.role },
          ...ended.map((id) => ({
            actor,
            action: "key.revoked",
            object: { type: "key", id },
            outcome: "member_removed",
          })),
        ]);
      });
    },

    ensureOwner,

    async ensureRole(workspaceId, userId, role) {
      if (role === "owner") return await ensureOwner(workspaceId, userId);
      await db.transaction().execute(async (tx) => {
        if (await lockedMember(tx, workspaceId, userId)) return;
        // The audit outlives the membership: whoever was removed by a person is in it.
        if (await isAudited(tx, workspaceId, { type: "member", id: userId })) return;
        await audit.append(tx, workspaceId, [
          await write(tx, { type: "host" }, { workspaceId, userId }, role, undefined),
        ]);
      });
    },

    add: (tx, by, member) => write(tx, by, member, member.role, undefined),

    lockedMember,

    async lockedOwner(tx, workspaceId) {
      await lock(tx, workspaceId);
      const row = await tx
        .selectFrom("webxkey.members")
        .select("user_id")
        .where("workspace_id", "=", workspaceId)
        .where("role", "=", "owner")
        .orderBy("since")
        .orderBy("user_id")
        .executeTakeFirst();
      return row && memberOf({ workspaceId, userId: row.user_id, role: "owner" });
    },
  };
}
