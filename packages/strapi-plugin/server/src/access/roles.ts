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
    displayName: "Look after consents and privacy requests",
  },
  { role: "operator", uid: "role.operator", displayName: "Release and cancel messages" },
  { role: "developer", uid: "role.developer", displayName: "Check numbers and templates" },
  { role: "auditor", uid: "role.auditor", displayName: "Read and verify the audit" },
  { role: "viewer", uid: "role.viewer", displayName: "See messages" },
];

/**
 * The actions that Strapi's page of roles offers, among the settings: under plugins it would call them by the plugin's id.
 */
export const ACTIONS = GIVEN_ROLES.map(({ uid, displayName }) => ({
  section: "settings",
  category: "WhatsApp",
  subCategory: "messages",
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
