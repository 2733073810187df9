export { type Contacts, createContacts } from "./contacts.ts";
export type { Identity, IdentityKind } from "./identity.ts";
