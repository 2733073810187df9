import { type Access, type ApiKeys, actorOf, type Invitations, type Member } from "../../access/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Consent, Wording } from "../../consent/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import type { Secret } from "../../kernel/secret.ts";
import type { Keys } from "../../keys/index.ts";
import type { Db } from "../../storage/index.ts";
import type { Workspaces } from "../../workspaces/index.ts";

export interface WorkspacePorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly access: Access;
  readonly apiKeys: ApiKeys;
  readonly invitations: Invitations;
  readonly audit: Audit;
  readonly workspaces: Workspaces;
  readonly consent: Consent;
  readonly wordings: readonly Wording[];
  /** The installation's own first workspace. */
  readonly workspaceId: string;
}

/**
 * Makes a workspace with the caller's user as its owner, who gets a personal key there.
 * @throws WebxkeyError `forbidden` unless the caller comes from the installation's first workspace, `conflict`.
 */
export async function openWorkspace(
  ports: WorkspacePorts,
  by: Member,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<Secret> {
  if (by.workspaceId !== ports.workspaceId) {
    throw new WebxkeyError("forbidden", {
      detail: "Only an owner of the installation's first workspace makes another one.",
    });
  }
  await ports.keys.workspace(id);
  return await ports.db.transaction().execute(async (tx) => {
    await ports.workspaces.create(tx, { id, name });
    await ports.consent.wordings.keepConfigured(id, ports.wordings, tx);
    const actor = actorOf(by);
    const ownership = await ports.access.add(tx, actor, {
      workspaceId: id,
      userId: by.userId,
      role: "owner",
    });
    const { created, facts } = await ports.apiKeys.createPersonal(tx, actor, {
      workspaceId: id,
      userId: by.userId,
      name: "First owner",
    });
    const made = { actor, action: "workspace.created", object: { type: "workspace", id }, outcome: "new" };
    await ports.audit.append(tx, id, [made, ownership, ...facts]);
    await ports.audit.append(tx, by.workspaceId, [made]);
    return created.key;
  });
}
