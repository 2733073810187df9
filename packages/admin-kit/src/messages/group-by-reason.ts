import type { MessageSummary } from "@webxkey/core/contract";

export interface AlikeMessages extends Pick<MessageSummary, "event_type" | "reason"> {
  readonly key: string;
  readonly messages: readonly MessageSummary[];
}

/** Messages that one decision can be about: one automation, held for one reason. The newest kind comes first. */
export function groupByReason(messages: readonly MessageSummary[]): AlikeMessages[] {
  const groups = new Map<string, MessageSummary[]>();
  for (const message of messages) {
    const key = `${message.rule_id} ${message.reason?.sentence ?? ""}`;
    const alike = groups.get(key);
    if (alike) alike.push(message);
    else groups.set(key, [message]);
  }
  return [...groups].map(([key, alike]) => {
    const { event_type, reason } = alike[0] as MessageSummary;
    return { key, event_type, reason, messages: alike };
  });
}
