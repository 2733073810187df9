import { Field as StrapiField, Typography } from "@strapi/design-system";
import type { FieldProps, SelectProps, TextFieldProps } from "@webxkey/admin-kit";
import { type ComponentProps, type ReactNode, useId } from "react";
import { styled } from "styled-components";
import { BODY_TEXT } from "./body-text.ts";
import { Label, Reason } from "./labels.tsx";

export function TextField({ inputMode = "text", ...field }: TextFieldProps) {
  return <Input {...field} type="text" inputMode={inputMode} autoComplete="off" />;
}

export function SecretField(field: FieldProps) {
  return <Input {...field} type="password" autoComplete="new-password" />;
}

type InputProps = FieldProps &
  Pick<ComponentProps<typeof StrapiField.Input>, "type" | "inputMode" | "autoComplete">;

function Input({ label, description, error, required = false, value, onChange, ...input }: InputProps) {
  const id = useId();
  return (
    <Frame id={id} description={description} error={error} required={required}>
      <StrapiField.Label>{label}</StrapiField.Label>
      <StrapiField.Input
        {...input}
        // An id or a number runs from left to right on a page that does not.
        dir="auto"
        value={value}
        spellCheck={false}
        aria-describedby={describedBy(id, { error, hint: description })}
        onChange={(event) => onChange(event.target.value)}
      />
    </Frame>
  );
}

/** The browser's own list, which every phone and screen reader knows, in the look of Strapi's fields. */
export function Select(props: SelectProps) {
  const { label, hideLabel = false, description, error, value, options, onChange, unavailable } = props;
  const id = useId();
  const works = unavailable === undefined;
  return (
    <Frame id={id} description={description} error={error}>
      <Label htmlFor={id} hidden={hideLabel}>
        {label}
      </Label>
      <SelectBox
        id={id}
        value={value}
        aria-invalid={error !== undefined}
        aria-disabled={!works}
        aria-describedby={describedBy(id, { reason: unavailable, error, hint: description })}
        title={unavailable}
        onChange={(event) => works && onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </SelectBox>
      <Reason id={`${id}-reason`}>{unavailable}</Reason>
    </Frame>
  );
}

interface FrameProps {
  id: string;
  description: string | undefined;
  error: string | undefined;
  required?: boolean;
  children: ReactNode;
}

/** Strapi's field, but for its hint, which it takes away where there is an error: then it is needed most. */
function Frame({ id, description, error, required = false, children }: FrameProps) {
  return (
    <StrapiField.Root id={id} error={error ?? false} required={required} maxWidth="50rem">
      {children}
      {error && <Line id={`${id}-error`} color="danger600" text={error} />}
      {description && <Line id={`${id}-hint`} color="neutral600" text={description} />}
    </StrapiField.Root>
  );
}

function Line({ id, color, text }: { id: string; color: "danger600" | "neutral600"; text: string }) {
  return (
    <Typography tag="p" variant="pi" id={id} dir="auto" textColor={color}>
      {text}
    </Typography>
  );
}

function describedBy(id: string, texts: Readonly<Record<string, string | undefined>>): string | undefined {
  const ids = Object.entries(texts).map(([name, text]) => text && `${id}-${name}`);
  return ids.filter(Boolean).join(" ") || undefined;
}

const SelectBox = styled.select`
  inline-size: fit-content;
  max-inline-size: 100%;
  padding: ${({ theme }) => `${theme.spaces[2]} ${theme.spaces[3]}`};
  border: 1px solid ${({ theme }) => theme.colors.neutral200};
  border-radius: ${({ theme }) => theme.borderRadius};
  background: ${({ theme }) => theme.colors.neutral0};
  color: ${({ theme }) => theme.colors.neutral800};
  font-family: inherit;
  ${BODY_TEXT}

  &[aria-invalid="true"] {
    border-color: ${({ theme }) => theme.colors.danger600};
  }

  &[aria-disabled="true"] {
    background: ${({ theme }) => theme.colors.neutral150};
    color: ${({ theme }) => theme.colors.neutral600};
    cursor: not-allowed;
  }

  &:focus-visible {
    outline: none;
    border-color: ${({ theme }) => theme.colors.primary600};
    box-shadow: ${({ theme }) => theme.colors.primary600} 0 0 0 2px;
  }
`;
