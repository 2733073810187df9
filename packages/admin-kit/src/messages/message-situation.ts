import type { MessageSummary } from "@webxkey/core/contract";
import type { Tone } from "../ui-kit/ui-kit.ts";
import { holdOf } from "./message-view.ts";

export interface Situation {
  readonly tone: Tone;
  readonly title:
    | "message.held.title"
    | "message.held.again"
    | "message.waiting.title"
    | "message.unsure.title"
    | "message.queued.title"
    | "message.checking"
    | "message.left"
    | "message.notSent"
    | "message.cancelled"
    | "message.resend.offer";
}

type Way = MessageSummary["actions"][number];

/**
 * The line above a message: the cause it waits for, or the outcome of the viewer's own decision. Null if the state says all.
 */
export function situationOf(message: MessageSummary, decided: Way | null): Situation | null {
  const wanted = decided === "release" || decided === "resend";
  const hold = holdOf(message);
  if (hold === "needs_decision")
    return { tone: "warning", title: wanted ? "message.held.again" : "message.held.title" };
  if (hold === "waiting" && message.reason?.code === "opt_out_unsure")
    return { tone: "warning", title: "message.unsure.title" };
  if (hold === "waiting") return { tone: "info", title: "message.waiting.title" };
  switch (message.state) {
    case "queued":
    case "sending":
    case "unknown":
      if (wanted) return { tone: "info", title: "message.checking" };
      return message.reason ? { tone: "info", title: "message.queued.title" } : null;
    case "cancelled":
      return decided ? { tone: "info", title: "message.cancelled" } : null;
    case "accepted":
    case "sent":
    case "delivered":
    case "read":
      return wanted ? { tone: "success", title: "message.left" } : null;
    default:
      if (wanted) return { tone: "warning", title: "message.notSent" };
      return message.actions.includes("resend") ? { tone: "info", title: "message.resend.offer" } : null;
  }
}
