import { type ComponentProps, useEffect, useId, useRef } from "react";
import type { AlertProps, PageProps, SectionProps, UiKit } from "../ui-kit/ui-kit.ts";
import { Link } from "./controls.tsx";

export function Page({ title, description, back, takeFocus = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus();
  }, [takeFocus]);
  return (
    <div className="wk-page">
      <header className="wk-page-head">
        {back && (
          <div className="wk-back">
            <Link href={back.href} onSelect={back.onSelect}>
              {back.label}
            </Link>
          </div>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {description !== undefined && <p className="wk-muted">{description}</p>}
      </header>
      {children}
    </div>
  );
}

export function Section({ title, description, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className="wk-section" aria-labelledby={id} tabIndex={-1}>
      <div className="wk-section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {description !== undefined && <p className="wk-muted">{description}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function Stack({ direction = "column", children }: ComponentProps<UiKit["Stack"]>) {
  return <div className={direction === "row" ? "wk-row" : "wk-stack"}>{children}</div>;
}

export function Heading({ level, children }: ComponentProps<UiKit["Heading"]>) {
  const Tag = level === 3 ? "h3" : "h4";
  return <Tag>{children}</Tag>;
}

export function Text({ tone = "default", children }: ComponentProps<UiKit["Text"]>) {
  return <div className={tone === "muted" ? "wk-text wk-muted" : "wk-text"}>{children}</div>;
}

export function Badge({ tone, children }: ComponentProps<UiKit["Badge"]>) {
  return <span className={`wk-badge wk-${tone}`}>{children}</span>;
}

export function Code({ children }: ComponentProps<UiKit["Code"]>) {
  return (
    <code className="wk-code" dir="ltr">
      {children}
    </code>
  );
}

export function Facts({ facts }: ComponentProps<UiKit["Facts"]>) {
  return (
    <dl className="wk-facts">
      {facts.map(({ term, value }, position) => (
        // Terms repeat (two messages of one event); what stands where does not.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity.
        <Fact key={position} term={term} value={value} />
      ))}
    </dl>
  );
}

function Fact({ term, value }: ComponentProps<UiKit["Facts"]>["facts"][number]) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Alert({ tone, title, urgent = false, children, actions }: AlertProps) {
  return (
    <div className={`wk-alert wk-${tone}`} role={urgent ? "alert" : undefined}>
      <p className="wk-alert-title">{title}</p>
      {children !== undefined && <div>{children}</div>}
      {actions && <div className="wk-row">{actions}</div>}
    </div>
  );
}

export function Loading({ label }: ComponentProps<UiKit["Loading"]>) {
  return (
    <div className="wk-loading" role="status" aria-label={label}>
      <span className="wk-visually-hidden">{label}</span>
      <span className="wk-bar" aria-hidden="true" />
      <span className="wk-bar" aria-hidden="true" />
    </div>
  );
}

export function Empty({ title, children, action }: ComponentProps<UiKit["Empty"]>) {
  return (
    <div className="wk-empty">
      <p className="wk-empty-title">{title}</p>
      {children !== undefined && <div className="wk-muted">{children}</div>}
      {action}
    </div>
  );
}
