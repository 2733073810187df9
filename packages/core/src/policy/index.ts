export {
  type Decision,
  decide,
  decideAgain,
  type SendFacts,
} from "./decide.ts";
export {
  AUTO_RELEASED_HOLDS,
  FINAL_REASONS,
  isReasonCode,
  REASON_CODES,
  type Reason,
  type ReasonCode,
  sentenceOf,
} from "./reasons.ts";
export { DAY_MS, HOUR_MS, type SecurityNotice } from "./security-notices.ts";
