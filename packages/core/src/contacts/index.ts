export { lockPeople } from "./contact-store.ts";
export { type Contacts, createContacts, type LearnedPerson } from "./contacts.ts";
export type { Identity } from "./identity.ts";
export { isSameIdentity } from "./identity-lookup.ts";
export { numberChangesOf, recordNumberChanges } from "./number-changes.ts";
