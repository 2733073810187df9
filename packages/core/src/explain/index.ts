export { createExplain, type Explain } from "./explain.ts";
