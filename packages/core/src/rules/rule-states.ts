import type { Actor, Audit } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Db } from "../storage/index.ts";

export interface RuleState {
  readonly active: boolean;
  /** Nothing that happened before is ever sent by this rule. */
  readonly activatedAt: Date | null;
}

/** Which rules of a workspace are on. All are off at first. */
export interface RuleStates {
  states(workspaceId: string, on?: Db): Promise<Map<string, RuleState>>;
  set(by: Actor, workspaceId: string, ruleId: string, active: boolean): Promise<void>;
}

export function createRuleStates({
  db,
  audit,
  clock,
}: {
  readonly db: Db;
  readonly audit: Audit;
  readonly clock: Clock;
}): RuleStates {
  return {
    async states(workspaceId, on = db) {
      const rows = await on
        .selectFrom("webxkey.rule_states")
        .select(["rule_id", "active", "activated_at"])
        .where("workspace_id", "=", workspaceId)
        .execute();
      return new Map(rows.map((row) => [row.rule_id, { active: row.active, activatedAt: row.activated_at }]));
    },

    async set(by, workspaceId, ruleId, active) {
      await db.transaction().execute(async (tx) => {
        const before = await tx
          .selectFrom("webxkey.rule_states")
          .select("active")
          .where("workspace_id", "=", workspaceId)
          .where("rule_id", "=", ruleId)
          .forUpdate()
          .executeTakeFirst();
        if ((before?.active ?? false) === active) return;
        const activated = active ? { activated_at: clock.now() } : {};
        await tx
          .insertInto("webxkey.rule_states")
          .values({ workspace_id: workspaceId, rule_id: ruleId, active, activated_at: null, ...activated })
          .onConflict((conflict) =>
            conflict.columns(["workspace_id", "rule_id"]).doUpdateSet({ active, ...activated }),
          )
          .execute();
        const object = { type: "rule", id: ruleId };
        await audit.append(tx, workspaceId, [
          { actor: by, action: "rule.switched", object, outcome: active ? "on" : "off" },
        ]);
      });
    },
  };
}
