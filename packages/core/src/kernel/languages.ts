/**
 * Chooses a template's language for a person. Meta names languages such as `pt_BR` and `zh_CN`, platforms name `pt`, `zh-Hant` or
 * `no`, and a shop has texts in a few of them. Any region of a person's own language is better than another language, but a
 * different script is not: who reads traditional Chinese is never sent simplified.
 */

interface Tag {
  /** Canonical BCP 47. */
  readonly text: string;
  readonly language: string;
  /** Said, or implied by the region; for a language alone the most likely one. */
  readonly script: string | undefined;
  readonly region: string | undefined;
  readonly named: { readonly script: boolean; readonly region: boolean };
}

/** Regions that write like the language's largest one; all others write more like each other. */
const LIKE_THE_LARGEST: Readonly<Record<string, readonly string[]>> = {
  en: ["US", "AS", "GU", "MH", "MP", "PH", "PR", "UM", "VI"],
  es: ["ES", "EA", "GQ", "IC", "PH"],
  pt: ["BR"],
  zh: ["TW", "CN", "SG", "MY"],
};

/** Each is nearer than the ones after it. */
const NEARNESS: readonly ((wanted: Tag, other: Tag) => boolean)[] = [
  (wanted, other) => wanted.text === other.text,
  (wanted, other) => wanted.region === other.region,
  (_wanted, other) => !other.named.region,
  (wanted, other) => writesLikeLargest(wanted) === writesLikeLargest(other),
  (wanted, other) => largestRegionOf(wanted) === other.region,
  () => true,
];

/**
 * The available language that fits best, as it is written in the list: for each wanted one in turn the exact one, the same region,
 * the language without a region, a region that writes alike, the most likely region, then any other.
 *
 * @param wanted the most wanted first; BCP 47, or as Meta writes it.
 * @example chooseLanguage(["pt"], ["en_US", "pt_BR"]) // "pt_BR"
 */
export function chooseLanguage(wanted: readonly string[], available: readonly string[]): string | undefined {
  for (const language of wanted) {
    const written = dashed(language);
    const nearest = available.find((other) => dashed(other) === written) ?? nearestTo(language, available);
    if (nearest !== undefined) return nearest;
  }
  return undefined;
}

function nearestTo(language: string, available: readonly string[]): string | undefined {
  const wanted = readTag(language);
  if (!wanted) return undefined;
  const kin = available.flatMap((written) => {
    const tag = readTag(written);
    return tag && isReadableTo(wanted, tag) ? [{ written, tag }] : [];
  });
  for (const isNear of NEARNESS) {
    const found = kin.find(({ tag }) => isNear(wanted, tag));
    if (found) return found.written;
  }
  return undefined;
}

/** A language alone says nothing about the script: `zh` takes what there is, the likely script first. */
function isReadableTo(wanted: Tag, other: Tag): boolean {
  const leavesScriptOpen = !wanted.named.script && !wanted.named.region;
  return wanted.language === other.language && (wanted.script === other.script || leavesScriptOpen);
}

function writesLikeLargest({ language, region = "" }: Tag): boolean {
  return LIKE_THE_LARGEST[language]?.includes(region) ?? false;
}

function largestRegionOf({ language, script }: Tag): string | undefined {
  return new Intl.Locale(language, script === undefined ? {} : { script }).maximize().region;
}

/** Undefined for what names no language, such as `und`, or is no tag. */
function readTag(written: string): Tag | undefined {
  try {
    const locale = new Intl.Locale(norwegian(dashed(written)));
    const { language, script, region } = locale.maximize();
    if (!locale.language || locale.language === "und") return undefined;
    return {
      text: locale.toString(),
      language,
      script,
      region,
      named: { script: locale.script !== undefined, region: locale.region !== undefined },
    };
  } catch {
    return undefined;
  }
}

/** `no` is Bokmål wherever nobody says Nynorsk, and Meta knows it by that name alone. */
function norwegian(tag: string): string {
  return tag.replace(/^no(?=-|$)/, "nb");
}

/** Meta writes `en_US` in its list and `en-US` in webhooks; BCP 47 has the dash and knows no case. */
function dashed(code: string): string {
  return code.replaceAll("_", "-").toLowerCase();
}
