export { type Decision, decide, decideAgain, type Evidence, type IntakeFacts, type SendFacts } from "./decide.ts";
export { type Reason, REASON_CODES, type ReasonCode, SELF_ENDING_HOLDS, sentenceOf } from "./reasons.ts";
