import type { Behaviour } from "../behaviour.ts";

/** What can be made to go wrong. */
export const FAULT_BEHAVIOURS = {
  "fault-switches": {
    basis: "assumed",
    says: "Faults strike by probability or count, for all or for one number, person or template.",
    source: "the simulator's own switch",
  },
  "broken-answers": {
    basis: "assumed",
    says: "Answers can be lost, cut off, of another type, or late, before or after the message was accepted.",
    source: "the simulator's own switch",
  },
} as const satisfies Record<string, Behaviour>;
