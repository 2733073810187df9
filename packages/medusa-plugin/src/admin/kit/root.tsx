import { IconButton, Toast } from "@medusajs/ui";
import { KitRoot, type NoticeProps, type Tone, type UiKit } from "@webxkey/admin-kit";
import { type ComponentProps, type PropsWithChildren, useId } from "react";
import { SWITCH_STYLES } from "./controls.tsx";
import { TABLE_STYLES } from "./table.tsx";

const TOAST_VARIANTS = {
  neutral: "info",
  info: "info",
  success: "success",
  warning: "warning",
  danger: "error",
} as const satisfies Record<Tone, string>;

export function Root(props: ComponentProps<UiKit["Root"]>) {
  return (
    <div lang={props.locale} dir={props.direction} className="webxkey-root text-ui-fg-base">
      <style>{TABLE_STYLES + SWITCH_STYLES}</style>
      <KitRoot {...props} Notices={Notices} Notice={MedusaNotice} />
    </div>
  );
}

function Notices({ children }: PropsWithChildren) {
  return (
    <div role="status" className="webxkey-notices fixed bottom-6 end-6 z-50">
      {children}
    </div>
  );
}

/** Medusa's own way to dismiss a toast reaches only those of its own list. */
function MedusaNotice({ tone, text, closeLabel, onClose }: NoticeProps) {
  return (
    // As wide as its own words: in a stack it would be as wide as the widest, and the cross would stand beside it.
    <div className="relative" style={{ justifySelf: "end" }}>
      <Toast id={useId()} variant={TOAST_VARIANTS[tone]} title={text} dismissable={false} />
      <IconButton
        type="button"
        size="small"
        variant="transparent"
        className="absolute end-2 top-2"
        aria-label={closeLabel}
        onClick={onClose}
      >
        <Cross />
      </IconButton>
    </div>
  );
}

function Cross() {
  return (
    <svg width="15" height="15" viewBox="0 0 15 15" fill="none" aria-hidden="true">
      <path d="m4 4 7 7m0-7-7 7" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  );
}
