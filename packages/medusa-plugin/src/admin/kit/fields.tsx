import { Input, Label } from "@medusajs/ui";
import type { FieldProps, SelectProps, TextFieldProps } from "@webxkey/admin-kit";
import { type ComponentProps, type ReactNode, useId } from "react";
import { Reason } from "./controls.tsx";

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
  "id" | "dir" | "value" | "aria-required" | "onChange" | "aria-invalid" | "aria-describedby"
>;

function Field(props: FieldProps & { children: (input: InputProps) => ReactNode }) {
  const { label, description, error, value, onChange, required = false, children } = props;
  const id = useId();
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
        // Not `required`: Medusa's design paints an empty required field red before anybody has typed in it.
        "aria-required": required,
        "aria-invalid": error !== undefined,
        "aria-describedby": describedBy(id, { error, hint: description }),
        onChange: (event) => onChange(event.target.value),
      })}
      <Lines id={id} error={error} description={description} />
    </div>
  );
}

/** The browser's own list, which every phone and screen reader knows, in Medusa's frame. */
export function Select(props: SelectProps) {
  const { label, hideLabel = false, description, error, value, options, onChange, unavailable } = props;
  const id = useId();
  const works = unavailable === undefined;
  return (
    <div className="flex flex-col gap-y-1">
      <Label htmlFor={id} size="small" weight="plus" className={hideLabel ? "sr-only" : undefined}>
        {label}
      </Label>
      <select
        id={id}
        className="txt-compact-small bg-ui-bg-field shadow-borders-base text-ui-fg-base focus-visible:shadow-borders-interactive-with-active aria-[invalid=true]:!shadow-borders-error h-8 w-fit max-w-full rounded-md px-2 outline-none"
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
      </select>
      <Reason id={`${id}-reason`}>{unavailable}</Reason>
      <Lines id={id} error={error} description={description} />
    </div>
  );
}

function describedBy(id: string, texts: Readonly<Record<string, string | undefined>>): string | undefined {
  const ids = Object.entries(texts).map(([name, text]) => text && `${id}-${name}`);
  return ids.filter(Boolean).join(" ") || undefined;
}

/** What is wrong with a field, and how to fill it in. */
function Lines({
  id,
  error,
  description,
}: {
  id: string;
  error: string | undefined;
  description: string | undefined;
}) {
  return (
    <>
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
    </>
  );
}
