import type { ComponentProps, PropsWithChildren } from "react";
import { KitRoot } from "../ui-kit/kit-root.tsx";
import type { Notice, UiKit } from "../ui-kit/ui-kit.ts";
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

function PlainNotice({ tone, text }: Notice) {
  return <div className={`wk-notice wk-${tone}`}>{text}</div>;
}
