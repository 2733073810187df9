import { Label, Button as MedusaButton, Switch as MedusaSwitch } from "@medusajs/ui";
import type { ButtonProps, SwitchProps, UiKit } from "@webxkey/admin-kit";
import { type ComponentProps, type MouseEvent, useId } from "react";

const LINK =
  "txt-compact-small text-ui-fg-interactive hover:text-ui-fg-interactive-hover w-fit rounded-sm focus-visible:shadow-borders-focus outline-none";

export function Link({ href, onSelect, children }: ComponentProps<UiKit["Link"]>) {
  if (href === undefined) {
    return (
      <button type="button" className={LINK} onClick={onSelect}>
        {children}
      </button>
    );
  }
  function click(event: MouseEvent) {
    const opensElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    onSelect();
  }
  return (
    <a className={LINK} href={href} onClick={click}>
      {children}
    </a>
  );
}

/** Stays in the tab order while it does nothing, so that its reason can be found: never `disabled`. */
export function Button(props: ButtonProps) {
  const { variant = "secondary", type = "button", onSelect, busy = false, unavailable, children } = props;
  const id = useId();
  const works = !busy && unavailable === undefined;
  return (
    <>
      <MedusaButton
        type={type}
        size="small"
        variant={variant}
        className={works ? undefined : "opacity-60"}
        aria-busy={busy}
        aria-disabled={!works}
        aria-describedby={unavailable === undefined ? undefined : id}
        title={unavailable}
        onClick={(event) => {
          if (works) onSelect?.();
          else event.preventDefault();
        }}
      >
        {children}
      </MedusaButton>
      <Reason id={id}>{unavailable}</Reason>
    </>
  );
}

/** Why a control does nothing, for assistive technology; others see it as the control's tooltip. */
export function Reason({ id, children }: { id: string; children: string | undefined }) {
  if (children === undefined) return null;
  return (
    <span id={id} className="sr-only">
      {children}
    </span>
  );
}

/** Medusa moves the handle to the right, in every language: its own pages turn the whole switch where texts run to the left. */
export const SWITCH_STYLES = `
.webxkey-switch { direction: ltr; }
.webxkey-switch:dir(rtl) { rotate: 180deg; }`;

export function Switch({
  label,
  hideLabel = false,
  checked,
  onChange,
  busy = false,
  unavailable,
}: SwitchProps) {
  const id = useId();
  const works = !busy && unavailable === undefined;
  return (
    <div className="flex items-center gap-x-2">
      <MedusaSwitch
        id={id}
        checked={checked}
        className={works ? "webxkey-switch" : "webxkey-switch opacity-60"}
        aria-busy={busy}
        aria-disabled={!works}
        aria-describedby={unavailable === undefined ? undefined : `${id}-reason`}
        title={unavailable}
        onCheckedChange={(wanted) => works && onChange(wanted)}
      />
      <Label htmlFor={id} size="small" className={hideLabel ? "sr-only" : undefined}>
        {label}
      </Label>
      <Reason id={`${id}-reason`}>{unavailable}</Reason>
    </div>
  );
}

export function Disclosure({ summary, children }: ComponentProps<UiKit["Disclosure"]>) {
  return (
    <details className="flex flex-col gap-y-2">
      <summary className={`${LINK} cursor-pointer`}>{summary}</summary>
      <div className="flex flex-col gap-y-3 pt-2">{children}</div>
    </details>
  );
}
