import { css } from "styled-components";

/** The size of Strapi's running text, which is larger on a phone, for what is not drawn by its `Typography`. */
export const BODY_TEXT = css`
  font-size: ${({ theme }) => theme.fontSizes[3]};
  line-height: ${({ theme }) => theme.lineHeights[6]};

  ${({ theme }) => theme.breakpoints.medium} {
    font-size: ${({ theme }) => theme.fontSizes[2]};
    line-height: ${({ theme }) => theme.lineHeights[4]};
  }
`;
