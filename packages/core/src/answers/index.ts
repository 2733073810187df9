export { countUnreadSince } from "./answer-store.ts";
export { type Answers, createAnswers } from "./answers.ts";
