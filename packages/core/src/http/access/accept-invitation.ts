import type { Invitations } from "../../access/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import type { Secret } from "../../kernel/secret.ts";
import type { Workspaces } from "../../workspaces/index.ts";
import type { HttpRequest } from "../http-request.ts";

/** Not a route of the contract: who comes with an invitation is not a member yet. */
export const ACCEPT_PATH = "/v1/invitations/accept";

/** Makes the invited user a member and answers a personal key, once. The body is not read. */
export async function acceptInvitation(
  { invitations, workspaces }: { readonly invitations: Invitations; readonly workspaces: Workspaces },
  request: HttpRequest,
  invitation: Secret | undefined,
): Promise<Response> {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  if (!invitation) {
    throw new WebxkeyError("unauthenticated", {
      detail: "Send the invitation: `Authorization: Bearer wxi_…`.",
    });
  }
  const { member, key } = await invitations.accept(invitation);
  const { id, name } = await workspaces.get(member.workspaceId);
  const body = {
    workspace: { id, name },
    user_id: member.userId,
    role: member.role,
    key: key.key.reveal(),
    expires_at: key.expiresAt?.toISOString(),
  };
  return Response.json(body, { status: 201 });
}
