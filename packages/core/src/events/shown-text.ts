import { plainText, shortened } from "./plain-text.ts";

/**
 * Texts that a buyer, a platform or a program with a key writes, and that then stand in a message with the shop's name on it. They may
 * be wrong on purpose: a buyer called "claim your prize at evil.example" is a phishing message that the shop sends. So each of them
 * is a short text of its own kind, and none can be a link, a sentence or a number to call.
 */

const GREETED_CHARS_MAX = 40;
const CODE_CHARS_MAX = 64;
const LABEL_CHARS_MAX = 60;

const NAME = /^[\p{L}\p{M}\u200c-\u200d .'’-]+$/u;
const CODE = /^[\p{L}\p{M}\p{N}_#/. -]+$/u;
/** What WhatsApp makes a link of: a dot before letters, a scheme, an address. */
const LINK = /\.\p{L}{2}|:\/\/|www|@/iu;
const DOT_IN_LINK = /(?<=[\p{L}\p{N}][\p{M}\u200c\u200d]*)\.(?=[\p{M}\u200c\u200d]*\p{L})/gu;
/** Signs on a letter, some of which nobody sees, and what joins letters. */
const MARKS = /[\p{M}\u200c\u200d]/gu;
const NOT_IN_LABEL = /[^\p{L}\p{M}\p{N}\u200c-\u200d .,'’&+!()·|…-]/gu;
const PHONE = /\+?\p{N}[\p{N} .()-]{5,}\p{N}/gu;

/** A person's name as a message greets by it; undefined where it is none, and the greeting has no name. */
export function greetedName(text: string): string | undefined {
  const name = plainText(text);
  const isName = name.length <= GREETED_CHARS_MAX && NAME.test(name) && /\p{L}/u.test(name);
  return isName && !looksLikeLink(name) ? name : undefined;
}

/**
 * What a customer knows an order or a parcel by, such as `#1042` or `SO-2026/0001`: at most three words, and a digit where they are
 * several. A shortened one would be another, so it is undefined where it is none.
 */
export function knownCode(text: string, wordsMax = 3): string | undefined {
  const code = plainText(text);
  if (code.length > CODE_CHARS_MAX || !CODE.test(code) || !/[\p{L}\p{N}]/u.test(code)) return undefined;
  const words = code.split(" ");
  const isSentence = words.length > wordsMax || (words.length > 1 && !/\p{N}/u.test(code));
  return isSentence || looksLikeLink(code) ? undefined : code;
}

function looksLikeLink(text: string): boolean {
  return LINK.test(text.replace(MARKS, ""));
}

/** The name of a business: without what is no part of one, and with its dots apart from what follows, so that it is no link. */
export function businessLabel(text: string): string {
  const own = plainText(text.replace(NOT_IN_LABEL, " "));
  const kept = own.replace(PHONE, " ").replace(DOT_IN_LINK, ". ");
  return shortened(plainText(kept), LABEL_CHARS_MAX);
}
