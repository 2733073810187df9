import { Box, Flex, Typography } from "@strapi/design-system";
import { Cross } from "@strapi/icons";
import { KitRoot, type NoticeProps, type UiKit } from "@webxkey/admin-kit";
import type { ComponentProps } from "react";
import { styled } from "styled-components";
import { TONE_COLORS } from "./tones.ts";

/** Light and dark are those of the theme that Strapi has put around all of its pages. */
export function Root(props: ComponentProps<UiKit["Root"]>) {
  return (
    <Box lang={props.locale} dir={props.direction} color="neutral800" width="100%">
      <KitRoot {...props} Notices={Notices} Notice={StrapiNotice} />
    </Box>
  );
}

/** Strapi's own notices bring a button with words of their own, so these are drawn here, where Strapi's stand. */
const Notices = styled.div.attrs({ role: "status" })`
  position: fixed;
  inset-block-start: 4.6rem;
  inset-inline: 1.6rem;
  margin-inline: auto;
  max-inline-size: 50rem;
  display: grid;
  gap: ${({ theme }) => theme.spaces[2]};
  z-index: ${({ theme }) => theme.zIndices.notification};
  pointer-events: none;
`;

/** Strapi's own button of an icon needs a provider of tooltips around it. */
const Close = styled.button`
  padding: ${({ theme }) => theme.spaces[1]};
  border: 0;
  border-radius: ${({ theme }) => theme.borderRadius};
  background: none;
  color: inherit;
  cursor: pointer;
`;

function StrapiNotice({ tone, text, closeLabel, onClose }: NoticeProps) {
  const { background, dot, text: textColor } = TONE_COLORS[tone];
  return (
    <Flex
      background={background}
      borderColor={dot}
      hasRadius
      shadow="filterShadow"
      padding={3}
      gap={3}
      justifyContent="space-between"
      style={{ pointerEvents: "auto" }}
    >
      <Typography tag="p" textColor={textColor}>
        {text}
      </Typography>
      <Close type="button" aria-label={closeLabel} onClick={onClose}>
        <Cross aria-hidden="true" />
      </Close>
    </Flex>
  );
}
