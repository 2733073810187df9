import type { Invitation } from "../../access/index.ts";
import { readLocale } from "../../events/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import type { WorkspaceSettings } from "../../workspaces/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import { changeSettings } from "./change-settings.ts";
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

export function invitationRoutes({ invitations }: Pick<ApiPorts, "invitations">) {
  return {
    list: os.invitations.list.use(needs("member:read")).handler(async ({ context: { member } }) => ({
      invitations: (await invitations.list(member)).map((one) => ({
        ...invitationOf(one),
        invited_by: one.invitedBy,
        created_at: one.createdAt.toISOString(),
      })),
    })),
    create: os.invitations.create
      .use(needs("member:write"))
      .handler(async ({ context: { member }, input }) => {
        const created = await invitations.invite(member, input.user_id, input.role);
        return { ...invitationOf(created), invitation: created.invitation.reveal() };
      }),
    revoke: os.invitations.revoke
      .use(needs("member:write"))
      .handler(async ({ context: { member }, input }) => {
        await invitations.revoke(member, input.invitation_id);
        return input;
      }),
  };
}

function invitationOf({ invitationId, userId, role, expiresAt }: Invitation) {
  return {
    invitation_id: invitationId,
    user_id: userId,
    role,
    expires_at: expiresAt.toISOString(),
  };
}

export function settingRoutes({ db, workspaces, audit }: WorkspacePorts) {
  return {
    get: os.settings.get
      .use(needs("workspace:read"))
      .handler(async ({ context: { member } }) =>
        settingsOf((await workspaces.get(member.workspaceId)).settings),
      ),
    set: os.settings.set.use(needs("workspace:write")).handler(async ({ context: { member: by }, input }) =>
      settingsOf(
        await changeSettings({ db, workspaces, audit }, by, {
          stopCoversSecurity: input.stop_covers_security,
          securityNoticesPerHour: input.security_notices_per_hour,
          burstPerHour: input.burst_per_hour,
          language: languageIn(input.language),
        }),
      ),
    ),
  };
}

/** @throws WebxkeyError `invalid_input` where it is no language. */
function languageIn(written: string | null | undefined): string | null | undefined {
  if (written === null || written === undefined) return written;
  const language = readLocale(written);
  if (language !== undefined) return language;
  throw new WebxkeyError("invalid_input", {
    detail: "This is no language.",
    fields: [{ pointer: "/language", detail: "Give a language such as de or pt-BR." }],
  });
}

function settingsOf({
  stopCoversSecurity,
  securityNoticesPerHour,
  burstPerHour,
  language,
}: WorkspaceSettings) {
  return {
    stop_covers_security: stopCoversSecurity,
    security_notices_per_hour: securityNoticesPerHour,
    burst_per_hour: burstPerHour,
    language,
  };
}

export function workspaceRoutes(ports: WorkspacePorts) {
  return {
    list: os.workspaces.list.use(needs("workspace:read")).handler(async ({ context: { member } }) => {
      // Who made a client's workspace has the same user id there: a client's key must not show the operator's other clients.
      const isOperator = member.workspaceId === ports.workspaceId && member.rights.includes("workspace:list");
      const workspaces = await ports.workspaces.list(isOperator ? undefined : [member.workspaceId]);
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
