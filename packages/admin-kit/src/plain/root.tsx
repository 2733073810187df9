import type { ComponentProps, PropsWithChildren } from "react";
import { KitRoot } from "../ui-kit/kit-root.tsx";
import type { NoticeProps, UiKit } from "../ui-kit/ui-kit.ts";
import { STYLES } from "./styles.ts";

export function Root(props: ComponentProps<UiKit["Root"]>) {
  return (
    <div className="wk-root" lang={props.locale} dir={props.direction}>
      <style>{STYLES}</style>
      <KitRoot {...props} Notices={Notices} Notice={PlainNotice} />
    </div>
  );
}

function Notices({ children }: PropsWithChildren) {
  return (
    <div className="wk-notices" role="status">
      {children}
    </div>
  );
}

function PlainNotice({ tone, text, closeLabel, onClose }: NoticeProps) {
  return (
    <div className={`wk-notice wk-${tone}`}>
      <span>{text}</span>
      <button type="button" className="wk-notice-close" aria-label={closeLabel} onClick={onClose}>
        ×
      </button>
    </div>
  );
}
