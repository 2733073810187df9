import { Button, Dialog } from "@strapi/design-system";
import { type ConfirmProps, rememberFocus, useLanguage } from "@webxkey/admin-kit";
import { useId, useRef } from "react";

export function Confirm({ open, ...given }: ConfirmProps) {
  // It fades out with the texts it had: the page has forgotten by then what it asked about.
  const shown = useRef(given);
  if (open) shown.current = given;
  const { title, children, confirmLabel, cancelLabel, danger = false, busy = false } = shown.current;
  const { onConfirm, onCancel } = shown.current;
  const { locale, direction } = useLanguage();
  const id = useId();
  const giveBackFocus = useRef(() => {});
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(wanted) => {
        if (!wanted && !busy) onCancel();
      }}
    >
      <Dialog.Content
        // It stands at the end of the document, whose language is the admin's and perhaps not that of these texts.
        lang={locale}
        dir={direction}
        // Strapi's own description is a paragraph, in which not everything may stand.
        aria-describedby={id}
        onOpenAutoFocus={() => {
          giveBackFocus.current = rememberFocus();
        }}
        onCloseAutoFocus={(event) => {
          // By itself it returns the focus only to a trigger of its own.
          event.preventDefault();
          giveBackFocus.current();
        }}
      >
        <Dialog.Header>{title}</Dialog.Header>
        <Dialog.Body id={id} alignItems="stretch" gap={3}>
          {children}
        </Dialog.Body>
        <Dialog.Footer>
          <Dialog.Cancel>
            <Button fullWidth variant="tertiary">
              {cancelLabel}
            </Button>
          </Dialog.Cancel>
          {/* It stays open until the page says that the work is done, so it is no action of the dialog's. */}
          <Button
            fullWidth
            variant={danger ? "danger" : "default"}
            aria-busy={busy}
            aria-disabled={busy}
            onClick={() => {
              if (!busy) onConfirm();
            }}
          >
            {confirmLabel}
          </Button>
        </Dialog.Footer>
      </Dialog.Content>
    </Dialog.Root>
  );
}
