export {
  type Consent,
  type ConsentAct,
  createConsent,
  optInActs,
  optOutActs,
} from "./consent.ts";
export { createGrants, type GrantedByPerson, type Grants } from "./grants.ts";
export { MARKETING_STOPPED, marketingStop, marketingStops, OWN_CHOICE } from "./marketing-stops.ts";
export { sharedWithdrawals } from "./one-person.ts";
export type { OptReading } from "./opt-out-words.ts";
export {
  CONSENT_PURPOSES,
  type ConsentRecord,
  type EntityRef,
  foldConsent,
  isNumberGivenUp,
  isOvertaken,
} from "./record.ts";
export { readSaid } from "./said.ts";
export { createStops, type Stops } from "./stops.ts";
export { type KeptWording, type Wording, wordingName } from "./wordings.ts";
