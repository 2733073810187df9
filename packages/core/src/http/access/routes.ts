import { type ApiPorts, needs, os } from "../api.ts";
import { openWorkspace, type WorkspacePorts } from "./open-workspace.ts";

export function meRoutes(ports: Pick<ApiPorts, "workspaces" | "graphUrl">) {
  return {
    get: os.me.get.handler(async ({ context: { member } }) => {
      const { id, name } = await ports.workspaces.get(member.workspaceId);
      return {
        workspace: { id, name },
        user_id: member.userId,
        role: member.role,
        rights: [...member.rights],
        graph_url: ports.graphUrl,
      };
    }),
  };
}

export function memberRoutes(ports: Pick<ApiPorts, "access">) {
  return {
    list: os.members.list.use(needs("member:read")).handler(async ({ context: { member } }) => {
      const members = await ports.access.list(member.workspaceId);
      return {
        members: members.map(({ userId, role, since }) => ({
          user_id: userId,
          role,
          since: since.toISOString(),
        })),
      };
    }),
    set: os.members.set.use(needs("member:write")).handler(async ({ context: { member }, input }) => {
      await ports.access.set(member, input.user_id, input.role);
      return input;
    }),
    remove: os.members.remove.use(needs("member:write")).handler(async ({ context: { member }, input }) => {
      await ports.access.remove(member, input.user_id);
      return input;
    }),
  };
}

export function workspaceRoutes(ports: WorkspacePorts) {
  return {
    list: os.workspaces.list.use(needs("workspace:read")).handler(async ({ context: { member } }) => {
      const workspaces = await ports.workspaces.list(await ports.access.workspacesOf(member.userId));
      return {
        workspaces: workspaces.map(({ id, name, installedAt }) => ({
          id,
          name,
          installed_at: installedAt.toISOString(),
        })),
      };
    }),
    create: os.workspaces.create
      .use(needs("workspace:create"))
      .handler(async ({ context: { member }, input }) => {
        const ownerKey = await openWorkspace(ports, member, input);
        return { ...input, owner_key: ownerKey.reveal() };
      }),
  };
}
