export { type Access, actorOf, createAccess, type Member, requireRight } from "./access.ts";
export { newSigningSecret, signingBytes, signingSecretProblem } from "./api-key.ts";
export { type ApiKey, type ApiKeys, createApiKeys } from "./api-keys.ts";
export { createInvitations, type Invitation, type Invitations } from "./invitations.ts";
export type { Right, Role } from "./rights.ts";
export { isSignedWith, isTimely, mayBeSigned, readSignedDelivery } from "./standard-webhooks.ts";
