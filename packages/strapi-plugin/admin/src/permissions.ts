import { PLUGIN_ID } from "./plugin-id.ts";

/**
 * The actions that Strapi's page of roles offers, each of which stands for a role of the engine. Who has one of them is let
 * in to the pages; what each may do there is the engine's to say, and the pages show it.
 */
export const ACTIONS = ["admin", "privacy-officer", "operator", "developer", "auditor", "viewer"].map(
  (role) => `plugin::${PLUGIN_ID}.role.${role}`,
);

export const PERMISSIONS = ACTIONS.map((action) => ({ action, subject: null }));
