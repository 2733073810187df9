export type { Route, Sender } from "./sender-store.ts";
export { createSenders, type SenderCheck, type SenderInput, type Senders } from "./senders.ts";
