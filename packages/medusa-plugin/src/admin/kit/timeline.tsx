import type { Tone, UiKit } from "@webxkey/admin-kit";
import type { ComponentProps } from "react";

const DOTS = {
  neutral: "bg-ui-tag-neutral-icon",
  info: "bg-ui-tag-blue-icon",
  success: "bg-ui-tag-green-icon",
  warning: "bg-ui-tag-orange-icon",
  danger: "bg-ui-tag-red-icon",
} as const satisfies Record<Tone, string>;

/** As Medusa draws an order's activity: a dot and a line. The icon's kind is decoration and stays out of it. */
export function Timeline({ label, items }: ComponentProps<UiKit["Timeline"]>) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {items.map(({ key, tone, sentence, time, children }, position) => (
        <li key={key} className="grid grid-cols-[20px_1fr] gap-x-2">
          <div aria-hidden="true" className="flex flex-col items-center gap-y-1 pt-1.5">
            <span className={`size-2 shrink-0 rounded-full ${DOTS[tone]}`} />
            {position < items.length - 1 && <span className="bg-ui-border-base w-px flex-1" />}
          </div>
          <div className="min-w-0 pb-4">
            <div className="txt-small break-words">{sentence}</div>
            <div className="txt-compact-xsmall text-ui-fg-subtle">{time}</div>
            {children}
          </div>
        </li>
      ))}
    </ol>
  );
}
