const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Format characters, half characters and fillers, which hide or reorder what is shown. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cf}\p{Cs}\u115F\u1160\u3164\uFFA0]/gu;
/** Joiners stay between letters and within emoji, where Sinhala, Persian and families need them; at any other place they hide. */
const LOOSE_JOINER =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;
const SPACE_RUNS = /\p{Zs}{2,}/gu;

/**
 * Text as it may stand in a message: one line, no control, direction or other format characters, no runs of spaces.
 * Meta refuses line breaks, tabs and more than four spaces in a row in a template parameter.
 */
export function plainText(text: string): string {
  return text
    .replace(BREAKS, " ")
    .replace(INVISIBLE, "")
    .replace(LOOSE_JOINER, "")
    .replace(SPACE_RUNS, " ")
    .trim();
}

/** Shortens by whole characters, so that no emoji or surrogate pair is cut in two. */
export function shortened(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const kept = [...text.slice(0, charsMax)];
  return `${kept.slice(0, -1).join("")}…`;
}
