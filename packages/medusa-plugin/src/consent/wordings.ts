import type { ConsentWording } from "@webxkey/core";

/** The words to show beside a box in a language: in that very language, else in its base language, else in the shop's own. */
export function wordingsIn(
  wordings: readonly ConsentWording[],
  language: string | undefined,
  shopLanguage: string,
): readonly ConsentWording[] {
  const base = (tag: string) => tag.toLowerCase().split("-")[0];
  const wanted = language ?? shopLanguage;
  for (const fits of [
    (wording: ConsentWording) => wording.language.toLowerCase() === wanted.toLowerCase(),
    (wording: ConsentWording) => base(wording.language) === base(wanted),
    (wording: ConsentWording) => base(wording.language) === base(shopLanguage),
  ]) {
    const found = wordings.filter(fits);
    if (found.length > 0) return found;
  }
  return wordings;
}
