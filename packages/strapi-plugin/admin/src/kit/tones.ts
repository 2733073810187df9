import type { Tone } from "@webxkey/admin-kit";

/**
 * The theme's colours for each tone. The hundreds are the only backgrounds on which the seven-hundreds can be read in
 * Strapi's light and dark themes alike; its light warning is too pale to be a text at all, so that one is only a border.
 */
export const TONE_COLORS = {
  neutral: { background: "neutral150", border: "neutral200", text: "neutral700", dot: "neutral500" },
  info: { background: "secondary100", border: "secondary200", text: "secondary700", dot: "secondary500" },
  success: { background: "success100", border: "success200", text: "success700", dot: "success500" },
  warning: { background: "warning100", border: "warning500", text: "neutral800", dot: "warning500" },
  danger: { background: "danger100", border: "danger200", text: "danger700", dot: "danger500" },
} as const satisfies Record<Tone, object>;
