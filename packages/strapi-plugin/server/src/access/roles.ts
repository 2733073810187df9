import type { Role } from "@webxkey/core";
import { PLUGIN_ID } from "../plugin-id.ts";

/** A role of the engine that an administrator gives to a role of Strapi, as a permission. */
interface GivenRole {
  readonly role: Role;
  readonly uid: string;
  readonly displayName: string;
}

/** The widest first: somebody with several has the first of them. */
const GIVEN_ROLES: readonly GivenRole[] = [
  { role: "admin", uid: "role.admin", displayName: "Set up WhatsApp messages" },
  {
    role: "privacy_officer",
    uid: "role.privacy-officer",
    displayName: "Care for consents and requests of persons",
  },
  { role: "operator", uid: "role.operator", displayName: "Release and cancel messages" },
  { role: "developer", uid: "role.developer", displayName: "Check senders and templates" },
  { role: "auditor", uid: "role.auditor", displayName: "Read and verify the audit" },
  { role: "viewer", uid: "role.viewer", displayName: "See messages" },
];

/** The actions that Strapi's page of roles offers. */
export const ACTIONS = GIVEN_ROLES.map(({ uid, displayName }) => ({
  section: "plugins",
  displayName,
  uid,
  pluginName: PLUGIN_ID,
}));

/**
 * The role that Strapi's permissions give; undefined for somebody who has none of them.
 *
 * @param can whether somebody may do one of Strapi's actions.
 */
export function roleOf(can: (action: string) => boolean): Role | undefined {
  return GIVEN_ROLES.find(({ uid }) => can(`plugin::${PLUGIN_ID}.${uid}`))?.role;
}
