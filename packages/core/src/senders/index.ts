export { TOKEN_ENDING_DAYS } from "./sender-check.ts";
export type { Route, Sender } from "./sender-store.ts";
export { createSenders, type Senders } from "./senders.ts";
