export { canaries } from "./canaries.ts";
export { findLeaks, type Leak, type LeakKind } from "./find-leaks.ts";
