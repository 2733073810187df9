export { type Evidence, type Judgement, judge } from "./judge.ts";
export { readEvidence } from "./read-evidence.ts";
