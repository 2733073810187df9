import {
  Button as StrapiButton,
  Link as StrapiLink,
  Switch as StrapiSwitch,
  TextButton,
} from "@strapi/design-system";
import type { ButtonProps, SwitchProps, UiKit } from "@webxkey/admin-kit";
import { type ComponentProps, type MouseEvent, useId } from "react";
import { styled } from "styled-components";
import { Label, Reason } from "./labels.tsx";

export function Link({ href, onSelect, children }: ComponentProps<UiKit["Link"]>) {
  if (href === undefined)
    return (
      <TextButton width="fit-content" onClick={onSelect}>
        {children}
      </TextButton>
    );
  function click(event: MouseEvent) {
    const opensElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    onSelect();
  }
  return (
    <StrapiLink href={href} width="fit-content" onClick={click}>
      {children}
    </StrapiLink>
  );
}

const BUTTON_VARIANTS = { primary: "default", secondary: "tertiary", danger: "danger" } as const;

/** Stays in the tab order while it does nothing, so that its reason can be found: never `disabled`, nor Strapi's `loading`. */
export function Button(props: ButtonProps) {
  const { variant = "secondary", type = "button", onSelect, busy = false, unavailable, children } = props;
  const id = useId();
  const works = !busy && unavailable === undefined;
  return (
    <>
      <StrapiButton
        type={type}
        variant={BUTTON_VARIANTS[variant]}
        width="fit-content"
        aria-busy={busy}
        aria-disabled={!works}
        aria-describedby={unavailable === undefined ? undefined : id}
        title={unavailable}
        onClick={(event: MouseEvent) => {
          if (works) onSelect?.();
          else event.preventDefault();
        }}
      >
        {children}
      </StrapiButton>
      <Reason id={id}>{unavailable}</Reason>
    </>
  );
}

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
    <SwitchLine>
      <TurnedSwitch
        id={id}
        checked={checked}
        aria-busy={busy}
        aria-disabled={!works}
        aria-describedby={unavailable === undefined ? undefined : `${id}-reason`}
        title={unavailable}
        onCheckedChange={(wanted) => works && onChange(wanted)}
      />
      <Label htmlFor={id} hidden={hideLabel}>
        {label}
      </Label>
      <Reason id={`${id}-reason`}>{unavailable}</Reason>
    </SwitchLine>
  );
}

const SwitchLine = styled.div`
  display: flex;
  align-items: center;
  gap: ${({ theme }) => theme.spaces[2]};
`;

/**
 * Strapi moves the handle to the right, in every language: where texts run to the left the whole switch is turned. And off
 * is red with it, as if something had failed, which in a list of what may be turned on is most of it.
 */
const TurnedSwitch = styled(StrapiSwitch)`
  direction: ltr;
  flex: none;

  &:dir(rtl) {
    rotate: 180deg;
  }

  &[data-state="unchecked"] {
    background-color: ${({ theme }) => theme.colors.neutral500};
  }

  &[aria-disabled="true"] {
    opacity: 0.6;
    cursor: not-allowed;
  }
`;

export function Disclosure({ summary, children }: ComponentProps<UiKit["Disclosure"]>) {
  return (
    <details>
      <Summary>{summary}</Summary>
      <Disclosed>{children}</Disclosed>
    </details>
  );
}

const Summary = styled.summary`
  inline-size: fit-content;
  cursor: pointer;
  border-radius: ${({ theme }) => theme.borderRadius};
  color: ${({ theme }) => theme.colors.primary600};
  font-size: ${({ theme }) => theme.fontSizes[1]};
  line-height: ${({ theme }) => theme.lineHeights[6]};

  &:focus-visible {
    outline: 2px solid ${({ theme }) => theme.colors.primary600};
    outline-offset: 2px;
  }
`;

const Disclosed = styled.div`
  display: grid;
  gap: ${({ theme }) => theme.spaces[3]};
  padding-block-start: ${({ theme }) => theme.spaces[2]};
`;
