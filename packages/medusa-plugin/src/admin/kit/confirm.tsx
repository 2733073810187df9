import { Prompt } from "@medusajs/ui";
import type { ConfirmProps } from "@webxkey/admin-kit";

export function Confirm(props: ConfirmProps) {
  const { open, title, children, confirmLabel, cancelLabel, danger = false, busy = false, onConfirm, onCancel } = props;
  return (
    <Prompt
      open={open}
      variant={danger ? "danger" : "confirmation"}
      onOpenChange={(wanted) => {
        if (!wanted && !busy) onCancel();
      }}
    >
      <Prompt.Content>
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
