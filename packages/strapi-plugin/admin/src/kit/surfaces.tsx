import { Box, Flex, Loader, Typography } from "@strapi/design-system";
import type { AlertProps, PageProps, SectionProps, UiKit } from "@webxkey/admin-kit";
import { type ComponentProps, useEffect, useId, useRef } from "react";
import { styled } from "styled-components";
import { BODY_TEXT } from "./body-text.ts";
import { Link } from "./controls.tsx";
import { TONE_COLORS } from "./tones.ts";

export function Page({ title, description, back, takeFocus = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus();
  }, [takeFocus]);
  return (
    <Flex direction="column" alignItems="stretch" gap={6} padding={{ initial: 4, medium: 8, large: 10 }}>
      <Flex direction="column" alignItems="stretch" gap={2}>
        {back && (
          <Link href={back.href} onSelect={back.onSelect}>
            {back.label}
          </Link>
        )}
        <Typography tag="h1" variant="alpha" ref={heading} tabIndex={-1} style={{ outline: "none" }}>
          {title}
        </Typography>
        {description !== undefined && (
          <Typography tag="div" variant="epsilon" textColor="neutral600">
            {description}
          </Typography>
        )}
      </Flex>
      {children}
    </Flex>
  );
}

export function Section({ title, description, actions, children }: SectionProps) {
  const id = useId();
  return (
    <Flex
      tag="section"
      aria-labelledby={id}
      tabIndex={-1}
      style={{ outline: "none" }}
      direction="column"
      alignItems="stretch"
      gap={4}
      padding={{ initial: 4, medium: 6 }}
      background="neutral0"
      shadow="tableShadow"
      hasRadius
    >
      <Flex wrap="wrap" justifyContent="space-between" alignItems="flex-start" gap={4}>
        <Box>
          <Typography tag="h2" variant="beta" id={id}>
            {title}
          </Typography>
          {description !== undefined && (
            <Typography tag="div" textColor="neutral600">
              {description}
            </Typography>
          )}
        </Box>
        {actions}
      </Flex>
      {children}
    </Flex>
  );
}

/** A section in a frame that Strapi has drawn and titled: only assistive technology is told its name again. */
export function PanelSection({ title, description, actions, children }: SectionProps) {
  return (
    <Flex tag="section" aria-label={title} direction="column" alignItems="stretch" gap={3} width="100%">
      {description !== undefined && <Text tone="muted">{description}</Text>}
      {children}
      {actions}
    </Flex>
  );
}

export function Stack({ direction = "column", children }: ComponentProps<UiKit["Stack"]>) {
  if (direction === "row")
    return (
      <Flex wrap="wrap" gap={2}>
        {children}
      </Flex>
    );
  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      {children}
    </Flex>
  );
}

export function Heading({ level, children }: ComponentProps<UiKit["Heading"]>) {
  if (level === 3)
    return (
      <Typography tag="h3" variant="delta">
        {children}
      </Typography>
    );
  return (
    <Typography tag="h4" fontWeight="bold">
      {children}
    </Typography>
  );
}

export function Text({ tone = "default", children }: ComponentProps<UiKit["Text"]>) {
  return (
    <Typography
      tag="div"
      textColor={tone === "muted" ? "neutral600" : "neutral800"}
      style={{ overflowWrap: "anywhere" }}
    >
      {children}
    </Typography>
  );
}

/** Strapi's own badge writes in capitals and on one line, which texts of every language do not fit. */
export function Badge({ tone, children }: ComponentProps<UiKit["Badge"]>) {
  const { background, border, text } = TONE_COLORS[tone];
  return (
    <Box
      tag="span"
      background={background}
      borderColor={border}
      hasRadius
      paddingLeft={2}
      paddingRight={2}
      width="fit-content"
    >
      <Typography variant="pi" fontWeight="semiBold" textColor={text}>
        {children}
      </Typography>
    </Box>
  );
}

export function Code({ children }: ComponentProps<UiKit["Code"]>) {
  return <CodeText dir="ltr">{children}</CodeText>;
}

const CodeText = styled.code`
  inline-size: fit-content;
  max-inline-size: 100%;
  padding-inline: ${({ theme }) => theme.spaces[1]};
  border-radius: ${({ theme }) => theme.borderRadius};
  background: ${({ theme }) => theme.colors.neutral150};
  color: ${({ theme }) => theme.colors.neutral800};
  font-family: ui-monospace, Menlo, Consolas, monospace;
  font-size: ${({ theme }) => theme.fontSizes[1]};
  overflow-wrap: anywhere;
`;

export function Facts({ facts }: ComponentProps<UiKit["Facts"]>) {
  return (
    <FactList>
      {facts.map(({ term, value }, position) => (
        // Terms repeat (two messages of one event); what stands where does not.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity.
        <div key={position}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </FactList>
  );
}

const FactList = styled.dl`
  margin: 0;
  display: grid;
  gap: ${({ theme }) => theme.spaces[2]};
  ${BODY_TEXT}

  > div {
    display: grid;
    /* Below each other in the panel beside an entry, which is too narrow for a time on one line. */
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 120px), 1fr));
    gap: ${({ theme }) => theme.spaces[4]};
  }

  dt {
    color: ${({ theme }) => theme.colors.neutral600};
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/**
 * Strapi's own alert always has a button that closes it; these stay for as long as what they say is so. The edge carries the
 * tone: in Strapi's dark theme all of the hundreds are one grey.
 */
export function Alert({ tone, title, urgent = false, children, actions }: AlertProps) {
  const { background, dot } = TONE_COLORS[tone];
  return (
    <Flex
      role={urgent ? "alert" : undefined}
      direction="column"
      alignItems="stretch"
      gap={2}
      padding={4}
      background={background}
      borderColor={dot}
      hasRadius
      style={{ borderInlineStartWidth: "4px" }}
    >
      <Typography tag="div" fontWeight="bold" textColor="neutral800">
        {title}
      </Typography>
      {children !== undefined && (
        <Typography tag="div" textColor="neutral800" style={{ overflowWrap: "anywhere" }}>
          {children}
        </Typography>
      )}
      {actions && <Stack direction="row">{actions}</Stack>}
    </Flex>
  );
}

/** Strapi's own loader interrupts whoever listens; this one waits to be come upon. */
export function Loading({ label }: ComponentProps<UiKit["Loading"]>) {
  return (
    <Flex role="status" aria-label={label} justifyContent="center" padding={4}>
      <Typography textColor="neutral600">{label}</Typography>
      <Loader small role="presentation" aria-live="off" />
    </Flex>
  );
}

export function Empty({ title, children, action }: ComponentProps<UiKit["Empty"]>) {
  return (
    <Flex
      direction="column"
      alignItems="flex-start"
      gap={2}
      padding={5}
      borderColor="neutral300"
      borderStyle="dashed"
      hasRadius
    >
      <Typography tag="div" fontWeight="bold">
        {title}
      </Typography>
      {children !== undefined && (
        <Typography tag="div" textColor="neutral600">
          {children}
        </Typography>
      )}
      {action}
    </Flex>
  );
}
