import { Toast } from "@medusajs/ui";
import { KitRoot, type Notice, type Tone, type UiKit } from "@webxkey/admin-kit";
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
    <div lang={props.locale} dir={props.direction} className="text-ui-fg-base">
      <style>{TABLE_STYLES + SWITCH_STYLES}</style>
      <KitRoot {...props} Notices={Notices} Notice={MedusaNotice} />
    </div>
  );
}

function Notices({ children }: PropsWithChildren) {
  return (
    <div role="status" className="fixed bottom-6 end-6 z-50 flex flex-col gap-y-3">
      {children}
    </div>
  );
}

function MedusaNotice({ tone, text }: Notice) {
  return <Toast id={useId()} variant={TOAST_VARIANTS[tone]} title={text} dismissable={false} />;
}
