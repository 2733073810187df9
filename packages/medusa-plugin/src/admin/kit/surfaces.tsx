import {
  Container,
  Alert as MedusaAlert,
  Badge as MedusaBadge,
  Code as MedusaCode,
  Heading as MedusaHeading,
  Skeleton,
} from "@medusajs/ui";
import type { AlertProps, PageProps, SectionProps, Tone, UiKit } from "@webxkey/admin-kit";
import { type ComponentProps, useEffect, useId, useRef } from "react";
import { Link } from "./controls.tsx";

const BADGE_COLORS = {
  neutral: "grey",
  info: "blue",
  success: "green",
  warning: "orange",
  danger: "red",
} as const satisfies Record<Tone, string>;

const ALERT_VARIANTS = {
  neutral: "info",
  info: "info",
  success: "success",
  warning: "warning",
  danger: "error",
} as const satisfies Record<Tone, string>;

/** A long word, such as an id, breaks where it must, and only then. */
const ANYWHERE = { overflowWrap: "anywhere" } as const;

export function Page({ title, description, back, takeFocus = false, children }: PageProps) {
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.querySelector("h1")?.focus();
  }, [takeFocus]);
  return (
    <div className="flex flex-col gap-y-3">
      <Container ref={heading} className="flex flex-col gap-y-1">
        {back && (
          <Link href={back.href} onSelect={back.onSelect}>
            {back.label}
          </Link>
        )}
        <MedusaHeading level="h1" tabIndex={-1} className="outline-none">
          {title}
        </MedusaHeading>
        {description !== undefined && <div className="txt-small text-ui-fg-subtle">{description}</div>}
      </Container>
      {children}
    </div>
  );
}

export function Section({ title, description, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} tabIndex={-1} className="outline-none">
      <Container className="flex flex-col gap-y-4">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div>
            <MedusaHeading level="h2" id={id}>
              {title}
            </MedusaHeading>
            {description !== undefined && <div className="txt-small text-ui-fg-subtle">{description}</div>}
          </div>
          {actions}
        </div>
        {children}
      </Container>
    </section>
  );
}

export function Stack({ direction = "column", children }: ComponentProps<UiKit["Stack"]>) {
  return (
    <div className={direction === "row" ? "flex flex-wrap items-center gap-2" : "flex flex-col gap-y-3"}>
      {children}
    </div>
  );
}

export function Heading({ level, children }: ComponentProps<UiKit["Heading"]>) {
  if (level === 3) return <MedusaHeading level="h3">{children}</MedusaHeading>;
  // Medusa's design ends at the third level.
  return <h4 className="txt-compact-small-plus font-sans">{children}</h4>;
}

export function Text({ tone = "default", children }: ComponentProps<UiKit["Text"]>) {
  return (
    <div
      className={`txt-small ${tone === "muted" ? "text-ui-fg-subtle" : "text-ui-fg-base"}`}
      style={ANYWHERE}
    >
      {children}
    </div>
  );
}

export function Badge({ tone, children }: ComponentProps<UiKit["Badge"]>) {
  return (
    <MedusaBadge size="2xsmall" color={BADGE_COLORS[tone]} className="w-fit self-start">
      {children}
    </MedusaBadge>
  );
}

export function Code({ children }: ComponentProps<UiKit["Code"]>) {
  return (
    <MedusaCode dir="ltr" className="w-fit max-w-full self-start" style={ANYWHERE}>
      {children}
    </MedusaCode>
  );
}

/** On a phone half of the width is too little for a template's name. */
const TERM_AND_VALUE = { gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr)" } as const;

export function Facts({ facts }: ComponentProps<UiKit["Facts"]>) {
  return (
    <dl className="txt-small flex flex-col gap-y-2">
      {facts.map(({ term, value }, position) => (
        // Terms repeat (two messages of one event); what stands where does not.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity.
        <div key={position} className="grid gap-x-4" style={TERM_AND_VALUE}>
          <dt className="text-ui-fg-subtle">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Alert({ tone, title, urgent = false, children, actions }: AlertProps) {
  return (
    <MedusaAlert variant={ALERT_VARIANTS[tone]} role={urgent ? "alert" : undefined}>
      <div className="flex flex-col gap-y-2">
        <div className="txt-compact-small-plus">{title}</div>
        {children !== undefined && <div className="text-ui-fg-subtle">{children}</div>}
        {actions && <Stack direction="row">{actions}</Stack>}
      </div>
    </MedusaAlert>
  );
}

export function Loading({ label }: ComponentProps<UiKit["Loading"]>) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-y-2">
      <span className="txt-small text-ui-fg-subtle">{label}</span>
      <Skeleton className="h-5 w-full" />
      <Skeleton className="h-5 w-3/5" />
    </div>
  );
}

export function Empty({ title, children, action }: ComponentProps<UiKit["Empty"]>) {
  return (
    <div className="border-ui-border-strong flex flex-col items-start gap-y-2 rounded-lg border border-dashed p-4">
      <div className="txt-compact-small-plus">{title}</div>
      {children !== undefined && <div className="txt-small text-ui-fg-subtle">{children}</div>}
      {action}
    </div>
  );
}
