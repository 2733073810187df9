import { oc } from "@orpc/contract";
import { z } from "zod";
import { RIGHTS, type Right, ROLES } from "../../access/rights.ts";
import { WORKSPACE_ID } from "../../kernel/vocabulary.ts";
import { text, time, uuid } from "../wire.ts";

const workspaceId = z
  .string()
  .regex(WORKSPACE_ID, "lower-case letters, digits and dashes, at most 63 characters");

export const me = {
  get: oc.route({ method: "GET", path: "/v1/me", tags: ["access"] }).output(
    z.object({
      workspace: z.object({ id: z.string(), name: z.string() }),
      user_id: z.string(),
      role: z.enum(ROLES),
      rights: z.array(z.enum(Object.keys(RIGHTS) as [Right, ...Right[]])),
      /** Where Graph calls go: pages show a banner when it is a simulator or another host than Meta's. */
      graph_url: z.string(),
    }),
  ),
};

export const members = {
  list: oc
    .route({ method: "GET", path: "/v1/members", tags: ["access"] })
    .output(
      z.object({ members: z.array(z.object({ user_id: z.string(), role: z.enum(ROLES), since: time })) }),
    ),
  set: oc
    .route({ method: "PUT", path: "/v1/members/{user_id}", tags: ["access"] })
    .input(z.strictObject({ user_id: text(200), role: z.enum(ROLES).exclude(["service"]) }))
    .output(z.object({ user_id: z.string(), role: z.enum(ROLES) })),
  /** The user's personal keys end with the membership. */
  remove: oc
    .route({ method: "DELETE", path: "/v1/members/{user_id}", tags: ["access"] })
    .input(z.strictObject({ user_id: text(200) }))
    .output(z.object({ user_id: z.string() })),
};

const invitationFields = {
  invitation_id: uuid,
  user_id: z.string(),
  role: z.enum(ROLES),
  expires_at: time,
};

/** Accepted at `POST /v1/invitations/accept`, with the invitation itself for a key: `Authorization: Bearer wxi_…`. */
export const invitations = {
  list: oc.route({ method: "GET", path: "/v1/invitations", tags: ["access"] }).output(
    z.object({
      invitations: z.array(z.object({ ...invitationFields, invited_by: z.string(), created_at: time })),
    }),
  ),
  create: oc
    .route({ method: "POST", path: "/v1/invitations", successStatus: 201, tags: ["access"] })
    .input(z.strictObject({ user_id: text(200), role: z.enum(ROLES).exclude(["service"]) }))
    /** `invitation` is shown this once: hand it to the user, who accepts it within a week. */
    .output(z.object({ ...invitationFields, invitation: z.string() })),
  revoke: oc
    .route({ method: "POST", path: "/v1/invitations/{invitation_id}/revoke", tags: ["access"] })
    .input(z.strictObject({ invitation_id: uuid }))
    .output(z.object({ invitation_id: uuid })),
};

/** What `POST /v1/invitations/accept` answers. `key` is shown this once. */
export const acceptedInvitation = z.object({
  workspace: z.object({ id: z.string(), name: z.string() }),
  user_id: z.string(),
  role: z.enum(ROLES),
  key: z.string(),
  expires_at: time,
});

const workspaceSettings = z.object({
  /** A STOP ends security notices too, such as a notice of a password reset. */
  stop_covers_security: z.boolean(),
  /** Security notices an hour above which they are held for a person to look at. */
  security_notices_per_hour: z.number().int(),
  /**
   * Messages of one rule in an hour above which the others wait for a person. Null: the installation's own limit, or three times the
   * rule's busiest hour of the last four weeks.
   */
  burst_per_hour: z.number().int().nullable(),
  /** BCP 47: what people are written to in whose own language is not known. Null: each template's fallback. */
  language: z.string().nullable(),
});

export const settings = {
  get: oc.route({ method: "GET", path: "/v1/settings", tags: ["access"] }).output(workspaceSettings),
  set: oc
    .route({ method: "PATCH", path: "/v1/settings", tags: ["access"] })
    .input(
      z.strictObject({
        stop_covers_security: z.boolean().optional(),
        security_notices_per_hour: z.number().int().min(1).max(10_000).optional(),
        burst_per_hour: z.number().int().min(1).max(100_000).nullable().optional(),
        /** As BCP 47 or as Meta writes it: `pt-BR`, `pt_BR`. */
        language: z.string().max(35).nullable().optional(),
      }),
    )
    .output(workspaceSettings),
};

export const workspaces = {
  list: oc
    .route({ method: "GET", path: "/v1/workspaces", tags: ["access"] })
    .output(
      z.object({ workspaces: z.array(z.object({ id: z.string(), name: z.string(), installed_at: time })) }),
    ),
  create: oc
    .route({ method: "POST", path: "/v1/workspaces", successStatus: 201, tags: ["access"] })
    .input(z.strictObject({ id: workspaceId, name: text(120) }))
    /** `owner_key` is the caller's personal key in the new workspace, shown this once. */
    .output(z.object({ id: z.string(), name: z.string(), owner_key: z.string() })),
};
