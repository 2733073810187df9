import { Input, Label } from "@medusajs/ui";
import type { FieldProps, TextFieldProps } from "@webxkey/admin-kit";
import { type ComponentProps, type ReactNode, useId } from "react";

/** Medusa's field, drawn by hand: its own one for passwords has a button that shows what was typed. */
const SECRET_INPUT =
  "caret-ui-fg-base bg-ui-bg-field hover:bg-ui-bg-field-hover shadow-borders-base text-ui-fg-base transition-fg relative w-full appearance-none rounded-md outline-none focus-visible:shadow-borders-interactive-with-active aria-[invalid=true]:!shadow-borders-error txt-compact-small h-8 px-2 py-1.5";

export function TextField({ inputMode = "text", ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(input) => (
        <Input {...input} type="text" inputMode={inputMode} autoComplete="off" spellCheck={false} />
      )}
    </Field>
  );
}

export function SecretField(field: FieldProps) {
  return (
    <Field {...field}>
      {(input) => (
        <input
          {...input}
          type="password"
          autoComplete="new-password"
          spellCheck={false}
          className={SECRET_INPUT}
        />
      )}
    </Field>
  );
}

type InputProps = Pick<
  ComponentProps<"input">,
  "id" | "dir" | "value" | "required" | "onChange" | "aria-invalid" | "aria-describedby"
>;

function Field(props: FieldProps & { children: (input: InputProps) => ReactNode }) {
  const { label, description, error, value, onChange, required = false, children } = props;
  const id = useId();
  const describedBy = [error && `${id}-error`, description && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-y-1">
      <Label htmlFor={id} size="small" weight="plus">
        {label}
      </Label>
      {children({
        id,
        // An id or a number runs from left to right on a page that does not.
        dir: "auto",
        value,
        required,
        "aria-invalid": error !== undefined,
        "aria-describedby": describedBy || undefined,
        onChange: (event) => onChange(event.target.value),
      })}
      {error && (
        <p id={`${id}-error`} dir="auto" className="txt-small text-ui-fg-error">
          {error}
        </p>
      )}
      {description && (
        <p id={`${id}-hint`} dir="auto" className="txt-small text-ui-fg-subtle">
          {description}
        </p>
      )}
    </div>
  );
}
