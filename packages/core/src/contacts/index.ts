export { type Contacts, createContacts } from "./contacts.ts";
export type { Identity } from "./identity.ts";
