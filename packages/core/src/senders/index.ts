export type { Route, Sender } from "./sender-store.ts";
export { createSenders, type Senders } from "./senders.ts";
