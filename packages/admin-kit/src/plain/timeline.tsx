import type { ComponentProps } from "react";
import type { TimelineIcon, UiKit } from "../ui-kit/ui-kit.ts";

/** Outlines in a box of 16 by 16, none of which points sideways: they need no mirroring. */
const OUTLINES: Readonly<Record<TimelineIcon, string>> = {
  event: "M9 2L4 9h4l-1 5 5-7H8z",
  decision: "M8 2l6 6-6 6-6-6zM8 6v2.5M8 10.5v.1",
  hold: "M6 4v8M10 4v8",
  release: "M8 13V5M4 8l4-4 4 4M3 2h10",
  stop: "M4 4l8 8M12 4l-8 8",
  send: "M8 13V3M4 7l4-4 4 4",
  answer: "M8 3v10M4 9l4 4 4-4",
  settle: "M8 5v3.5M8 11v.1M3 13h10L8 3z",
  duplicate: "M3 3h7v7H3zM6 6h7v7H6z",
  status: "M3 8.5l3.5 3.5L13 5",
  reply: "M2.5 3.5h11v7H8L5 13v-2.5H2.5z",
  consent: "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM6 8l1.5 1.5L10.5 6.5",
};

export function Timeline({ label, items }: ComponentProps<UiKit["Timeline"]>) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: without bullets, Safari no longer takes it for a list.
    <ol className="wk-timeline" role="list" aria-label={label}>
      {items.map(({ key, icon, tone, sentence, time, children }) => (
        <li key={key} className="wk-timeline-item">
          <span className={`wk-timeline-icon wk-${tone}`} aria-hidden="true">
            <svg
              viewBox="0 0 16 16"
              width="16"
              height="16"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.75"
              aria-hidden="true"
            >
              <path d={OUTLINES[icon]} strokeLinecap="round" strokeLinejoin="round" />
            </svg>
          </span>
          <div className="wk-timeline-sentence">{sentence}</div>
          <div className="wk-timeline-time">{time}</div>
          <div className="wk-timeline-more">{children}</div>
        </li>
      ))}
    </ol>
  );
}
