export { type Access, actorOf, createAccess, type Member, requireRight } from "./access.ts";
export { type ApiKey, type ApiKeys, type CreatedKey, createApiKeys } from "./api-keys.ts";
export type { Right, Role } from "./rights.ts";
export { readSignedDelivery, type SignedDelivery } from "./standard-webhooks.ts";
