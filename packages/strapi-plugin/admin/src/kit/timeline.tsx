import { Typography } from "@strapi/design-system";
import type { UiKit } from "@webxkey/admin-kit";
import type { ComponentProps } from "react";
import { styled } from "styled-components";
import { TONE_COLORS } from "./tones.ts";

/** A dot and a line. The icon's kind is decoration and stays out of it. */
export function Timeline({ label, items }: ComponentProps<UiKit["Timeline"]>) {
  return (
    // Without bullets, Safari no longer takes it for a list.
    <Items role="list" aria-label={label}>
      {items.map(({ key, tone, sentence, time, children }) => (
        <Item key={key} $dot={TONE_COLORS[tone].dot}>
          <Typography tag="div" style={{ overflowWrap: "anywhere" }}>
            {sentence}
          </Typography>
          <Typography tag="div" variant="pi" textColor="neutral600">
            {time}
          </Typography>
          {children}
        </Item>
      ))}
    </Items>
  );
}

const Items = styled.ol`
  list-style: none;
  padding: 0;
  margin: 0;
`;

const Item = styled.li<{ $dot: (typeof TONE_COLORS)[keyof typeof TONE_COLORS]["dot"] }>`
  position: relative;
  min-inline-size: 0;
  padding-inline-start: ${({ theme }) => theme.spaces[6]};
  padding-block-end: ${({ theme }) => theme.spaces[4]};

  &::before {
    content: "";
    position: absolute;
    inset-block-start: 0.6rem;
    inset-inline-start: 0.4rem;
    inline-size: 0.8rem;
    block-size: 0.8rem;
    border-radius: 50%;
    background: ${({ theme, $dot }) => theme.colors[$dot]};
  }

  &:not(:last-child)::after {
    content: "";
    position: absolute;
    inset-block: 1.8rem 0;
    inset-inline-start: 0.75rem;
    inline-size: 1px;
    background: ${({ theme }) => theme.colors.neutral200};
  }
`;
