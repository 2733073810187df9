export {
  type Decision,
  decide,
  decideAgain,
  type SendFacts,
} from "./decide.ts";
export { REASON_CODES, type Reason, type ReasonCode, SELF_ENDING_HOLDS, sentenceOf } from "./reasons.ts";
