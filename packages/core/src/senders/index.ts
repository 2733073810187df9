export type { SenderCheck } from "./sender-check.ts";
export type { Route, Sender } from "./sender-store.ts";
export { createSenders, type SenderInput, type Senders } from "./senders.ts";
