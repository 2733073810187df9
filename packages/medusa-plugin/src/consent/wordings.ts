import { type ConsentWording, chooseLanguage } from "@webxkey/core";

/** The words to show beside a box: in the language that fits best, else in the shop's own, else all that there are. */
export function wordingsIn(
  wordings: readonly ConsentWording[],
  language: string | undefined,
  shopLanguage: string,
): readonly ConsentWording[] {
  const chosen = chooseLanguage(
    [language ?? shopLanguage, shopLanguage],
    wordings.map((wording) => wording.language),
  );
  return chosen === undefined ? wordings : wordings.filter((wording) => wording.language === chosen);
}
