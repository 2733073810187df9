import { actorOf, type Member } from "../../access/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Db } from "../../storage/index.ts";
import type { WorkspaceSettings, Workspaces } from "../../workspaces/index.ts";

export interface SettingsPorts {
  readonly db: Db;
  readonly workspaces: Workspaces;
  readonly audit: Audit;
}

type Change = { readonly [Name in keyof WorkspaceSettings]: WorkspaceSettings[Name] | undefined };

/** Changes what is given, and audits what it was before and what it is now. */
export async function changeSettings(
  { db, workspaces, audit }: SettingsPorts,
  by: Member,
  change: Change,
): Promise<WorkspaceSettings> {
  const { workspaceId } = by;
  return await db.transaction().execute(async (tx) => {
    const { settings: before } = await workspaces.get(workspaceId, tx);
    const after = await workspaces.change(tx, workspaceId, change);
    const changed = (Object.keys(after) as (keyof WorkspaceSettings)[])
      .filter((name) => after[name] !== before[name])
      .map((name) => `${name}: ${before[name]} -> ${after[name]}`);
    if (changed.length > 0) {
      const object = { type: "workspace", id: workspaceId };
      const outcome = changed.join(", ");
      await audit.append(tx, workspaceId, [
        { actor: actorOf(by), action: "workspace.settings_changed", object, outcome },
      ]);
    }
    return after;
  });
}
