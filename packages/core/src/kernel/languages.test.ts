import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseLanguage } from "./languages.ts";

describe("the language of a template", () => {
  test.each<[wanted: string[], available: string[], chosen: string | undefined]>([
    [["es_MX"], ["es", "es_MX"], "es_MX"],
    [["es_MX"], ["en", "es"], "es"],
    [["EN-us"], ["en_US"], "en_US"],
    [["pt_BR"], ["pt-BR"], "pt-BR"],
    [["pt"], ["en", "pt_PT", "pt_BR"], "pt_BR"],
    [["pt"], ["en", "pt_PT"], "pt_PT"],
    [["pt-PT"], ["pt_BR", "pt_PT"], "pt_PT"],
    [["pt-PT"], ["en", "pt_BR"], "pt_BR"],
    [["pt-AO"], ["pt_BR", "pt_PT"], "pt_PT"],
    [["zh"], ["zh_CN", "zh_HK", "zh_TW"], "zh_CN"],
    [["zh"], ["zh_HK", "zh_TW"], "zh_TW"],
    [["zh-Hans"], ["zh_CN", "zh_TW"], "zh_CN"],
    [["zh-Hant"], ["zh_CN", "zh_HK", "zh_TW"], "zh_TW"],
    [["zh-Hant"], ["zh_CN", "zh_HK"], "zh_HK"],
    [["zh-MO"], ["zh_TW", "zh_HK"], "zh_HK"],
    [["zh-SG"], ["zh_CN", "zh_TW"], "zh_CN"],
    [["es"], ["en", "es_AR", "es_ES"], "es_ES"],
    [["es"], ["en", "es_MX"], "es_MX"],
    [["es-CO"], ["es_ES", "es_MX"], "es_MX"],
    [["es-419"], ["es_ES", "es_AR"], "es_AR"],
    [["no"], ["en", "nb"], "nb"],
    [["no-NO"], ["en", "nb"], "nb"],
    [["nb-NO"], ["en", "no"], "no"],
    [["en"], ["en_GB", "en_US"], "en_US"],
    [["en"], ["en_GB"], "en_GB"],
    [["en-AU"], ["en_US", "en_GB"], "en_GB"],
    [["en_GB"], ["en_US"], "en_US"],
    [["de-DE-formal"], ["en", "de"], "de"],
    [["tl"], ["en", "fil"], "fil"],
    [["sr"], ["en", "sr-Latn"], "sr-Latn"],
    [["de", "en"], ["en_US", "fr"], "en_US"],
  ])("%j of %j is %s (D 4.3)", (wanted, available, chosen) => {
    expect(chooseLanguage(wanted, available)).toBe(chosen);
  });

  test.each<[wanted: string[], available: string[]]>([
    [["zh-Hant"], ["zh_CN"]],
    [["zh-TW"], ["zh_CN"]],
    [["zh-HK"], ["zh-Hans"]],
    [["zh-CN"], ["zh_TW", "zh_HK"]],
    [["sr-Latn"], ["sr"]],
    [["pa-PK"], ["pa"]],
    [["de"], ["nl", "da"]],
    [["und"], ["en_US"]],
    [["not a tag"], ["en_US"]],
    [[""], ["en_US"]],
    [[], ["en_US"]],
    [["en"], []],
    [["en"], ["not a tag"]],
  ])("%j finds none in %j (D 4.3)", (wanted, available) => {
    expect(chooseLanguage(wanted, available)).toBeUndefined();
  });

  const TAGS =
    "en en_US en_GB es es_ES es_MX es_AR pt_BR pt_PT zh_CN zh_HK zh_TW nb no sr sr-Latn de fr".split(" ");

  test("any region of the person's own language comes before another language, in any order of the list (D 4.3)", () => {
    const lists = fc.shuffledSubarray(TAGS, { minLength: 1 });
    fc.assert(
      fc.property(
        fc.constantFrom("en-ZA", "es-PE", "pt-MZ", "de-AT", "fr-CA", "no"),
        lists,
        (wanted, available) => {
          const own = (tag: string) => tag.slice(0, 2).replace("nb", "no") === wanted.slice(0, 2);
          const chosen = chooseLanguage([wanted, "en_US"], available) ?? "";
          expect(own(chosen)).toBe(available.some(own));
        },
      ),
    );
  });

  test("the order of the list changes nothing where a nearer one is there (D 4.3)", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["pt_PT", "pt_BR", "zh_CN", "zh_TW", "zh_HK"], { minLength: 5 }),
        (available) => {
          expect(
            ["pt", "pt-PT", "zh", "zh-Hant", "zh-MO"].map((wanted) => chooseLanguage([wanted], available)),
          ).toEqual(["pt_BR", "pt_PT", "zh_CN", "zh_TW", "zh_HK"]);
        },
      ),
    );
  });
});
