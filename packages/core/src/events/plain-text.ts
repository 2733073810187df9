const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Overrides and marks that reorder what is shown, half characters, and the byte order mark. Joiners stay: Sinhala needs them. */
const INVISIBLE = /[\p{Bidi_Control}\p{Cs}\uFEFF]/gu;
const SPACE_RUNS = /\p{Zs}{2,}/gu;

/**
 * Text as it may stand in a message: one line, no control or direction characters, no runs of spaces.
 * Meta refuses line breaks, tabs and more than four spaces in a row in a template parameter.
 */
export function plainText(text: string): string {
  return text.replace(BREAKS, " ").replace(INVISIBLE, "").replace(SPACE_RUNS, " ").trim();
}

/** Shortens by whole characters, so that no emoji or surrogate pair is cut in two. */
export function shortened(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const kept = [...text.slice(0, charsMax)];
  return `${kept.slice(0, -1).join("")}…`;
}
