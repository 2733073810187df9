import { type ComponentProps, type MouseEvent, type ReactNode, useId } from "react";
import type {
  ButtonProps,
  FieldProps,
  SelectProps,
  SwitchProps,
  TextFieldProps,
  UiKit,
} from "../ui-kit/ui-kit.ts";

export function Link({ href, onSelect, children }: ComponentProps<UiKit["Link"]>) {
  if (href === undefined)
    return (
      <button type="button" className="wk-link" onClick={onSelect}>
        {children}
      </button>
    );
  function click(event: MouseEvent) {
    const opensElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    onSelect();
  }
  return (
    <a className="wk-link" href={href} onClick={click}>
      {children}
    </a>
  );
}

export function Button(props: ButtonProps) {
  const { variant = "secondary", type = "button", onSelect, busy = false, unavailable, children } = props;
  const id = useId();
  const works = !busy && unavailable === undefined;
  return (
    <>
      <button
        type={type}
        className={`wk-button wk-button-${variant}`}
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
      </button>
      <Reason id={id}>{unavailable}</Reason>
    </>
  );
}

/** Why a control does nothing, for assistive technology; the page says it once where all can see it. */
function Reason({ id, children }: { id: string; children: string | undefined }) {
  if (children === undefined) return null;
  return (
    <span id={id} className="wk-visually-hidden">
      {children}
    </span>
  );
}

export function TextField({ inputMode = "text", ...field }: TextFieldProps) {
  return <Field {...field} input={{ type: "text", inputMode, autoComplete: "off", spellCheck: false }} />;
}

export function SecretField(field: FieldProps) {
  return <Field {...field} input={{ type: "password", autoComplete: "new-password", spellCheck: false }} />;
}

function Field(props: FieldProps & { input: ComponentProps<"input"> }) {
  const { label, description, error, value, onChange, required = false, input } = props;
  const id = useId();
  const describedBy = [error && `${id}-error`, description && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="wk-field">
      <label className="wk-label" htmlFor={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        // An id or a number runs from left to right on a page that does not.
        dir="auto"
        className="wk-input"
        value={value}
        required={required}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && <Line id={`${id}-error`} className="wk-error" text={error} />}
      {description && <Line id={`${id}-hint`} className="wk-hint" text={description} />}
    </div>
  );
}

function Line({ id, className, text }: { id: string; className: string; text: ReactNode }) {
  return (
    <p id={id} className={className} dir="auto">
      {text}
    </p>
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
    <>
      <button
        type="button"
        role="switch"
        className="wk-switch"
        aria-checked={checked}
        aria-busy={busy}
        aria-disabled={!works}
        aria-describedby={unavailable === undefined ? undefined : id}
        title={unavailable}
        onClick={() => works && onChange(!checked)}
      >
        <span className="wk-switch-track" aria-hidden="true" />
        <span className={hideLabel ? "wk-visually-hidden" : undefined}>{label}</span>
      </button>
      <Reason id={id}>{unavailable}</Reason>
    </>
  );
}

export function Select(props: SelectProps) {
  const { label, hideLabel = false, description, error, value, options, onChange, unavailable } = props;
  const id = useId();
  const works = unavailable === undefined;
  const describedBy = [unavailable && `${id}-reason`, error && `${id}-error`, description && `${id}-hint`];
  return (
    <div className="wk-field">
      <label className={hideLabel ? "wk-visually-hidden" : "wk-label"} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="wk-input"
        value={value}
        aria-invalid={error !== undefined}
        aria-disabled={!works}
        aria-describedby={describedBy.filter(Boolean).join(" ") || undefined}
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
      {error && <Line id={`${id}-error`} className="wk-error" text={error} />}
      {description && <Line id={`${id}-hint`} className="wk-hint" text={description} />}
    </div>
  );
}

export function Disclosure({ summary, children }: ComponentProps<UiKit["Disclosure"]>) {
  return (
    <details className="wk-details">
      <summary className="wk-summary">{summary}</summary>
      <div className="wk-stack">{children}</div>
    </details>
  );
}
