import { Prompt } from "@medusajs/ui";
import { type ConfirmProps, rememberFocus, useLanguage } from "@webxkey/admin-kit";
import { useRef } from "react";

export function Confirm({ open, ...given }: ConfirmProps) {
  // It fades out with the texts it had: the page has forgotten by then what it asked about.
  const shown = useRef(given);
  if (open) shown.current = given;
  const { title, children, confirmLabel, cancelLabel, danger = false, busy = false } = shown.current;
  const { onConfirm, onCancel } = shown.current;
  const { locale, direction } = useLanguage();
  const giveBackFocus = useRef(() => {});
  return (
    <Prompt
      open={open}
      variant={danger ? "danger" : "confirmation"}
      onOpenChange={(wanted) => {
        if (!wanted && !busy) onCancel();
      }}
    >
      <Prompt.Content
        // It stands at the end of the document, whose language is the admin's and perhaps not that of these texts.
        lang={locale}
        dir={direction}
        onOpenAutoFocus={() => {
          giveBackFocus.current = rememberFocus();
        }}
        onCloseAutoFocus={(event) => {
          // By itself it returns the focus only to a trigger of its own.
          event.preventDefault();
          giveBackFocus.current();
        }}
      >
        <Prompt.Header>
          <Prompt.Title>{title}</Prompt.Title>
          <Prompt.Description asChild>
            <div>{children}</div>
          </Prompt.Description>
        </Prompt.Header>
        <Prompt.Footer>
          <Prompt.Cancel>{cancelLabel}</Prompt.Cancel>
          <Prompt.Action
            aria-busy={busy}
            aria-disabled={busy}
            onClick={(event) => {
              // It stays open until the page says that the work is done.
              event.preventDefault();
              if (!busy) onConfirm();
            }}
          >
            {confirmLabel}
          </Prompt.Action>
        </Prompt.Footer>
      </Prompt.Content>
    </Prompt>
  );
}
