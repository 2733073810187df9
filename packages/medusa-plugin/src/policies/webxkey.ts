import { definePolicies } from "@medusajs/framework/utils";

/** For stores with Medusa's RBAC on: who may reach the plugin at all. What they may do there is their WebxKey role. */
export const webxkeyPolicies = definePolicies([
  {
    name: "ReadWebxkey",
    resource: "webxkey",
    operation: "read",
    description: "See WhatsApp messages and settings",
  },
  {
    name: "UpdateWebxkey",
    resource: "webxkey",
    operation: "update",
    description: "Change WhatsApp settings, release and cancel messages",
  },
]);
