import { type SyntheticEvent, useEffect, useId, useRef } from "react";
import { rememberFocus } from "../ui-kit/remember-focus.ts";
import type { ConfirmProps } from "../ui-kit/ui-kit.ts";
import { Button } from "./controls.tsx";

/** A native modal dialog: the browser keeps the focus inside and closes on Escape. */
export function Confirm(props: ConfirmProps) {
  const {
    open,
    title,
    children,
    confirmLabel,
    cancelLabel,
    danger = false,
    busy = false,
    onConfirm,
    onCancel,
  } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!open || !element) return;
    const giveBackFocus = rememberFocus();
    element.showModal();
    return () => {
      element.close();
      giveBackFocus();
    };
  }, [open]);
  function leave(event: SyntheticEvent) {
    event.preventDefault();
    if (!busy) onCancel();
  }
  return (
    <dialog
      ref={dialog}
      className="wk-dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      // It closes by its `open` only, so that page and dialog never disagree: neither by Escape (a key, where there is
      // one) nor by what else a device has for closing.
      onKeyDown={(event) => event.key === "Escape" && leave(event)}
      onCancel={leave}
    >
      {open && (
        <>
          <h2 id={`${id}-title`}>{title}</h2>
          <div id={`${id}-text`} className="wk-dialog-text">
            {children}
          </div>
          <div className="wk-dialog-actions">
            <Button onSelect={onCancel}>{cancelLabel}</Button>
            <Button variant={danger ? "danger" : "primary"} busy={busy} onSelect={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </>
      )}
    </dialog>
  );
}
