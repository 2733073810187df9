export {
  type Decision,
  decide,
  decideAgain,
  type Evidence,
  type IntakeFacts,
  type SendFacts,
} from "./decide.ts";
export { REASON_CODES, type Reason, type ReasonCode, SELF_ENDING_HOLDS, sentenceOf } from "./reasons.ts";
