/**
 * The name of a Frappe document is its id, and merchants choose how it is made: by a series (`SAL-ORD-2026-00001`, `SO00001`), by a
 * hash, or from a field, which may hold a person's name, phone number or e-mail address. Names are kept in the clear, so only those
 * are taken that a series or a hash makes.
 */

const HASH = /^(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{10}$/;
const PARTS = /^[A-Za-z0-9]{1,30}(?:[-/._][A-Za-z0-9]{1,30}){0,7}$/;
/** The running number at the end; a longer one may be a phone number. */
const COUNTER = /(\d+)$/;
const COUNTER_DIGITS_MAX = 8;
/** `2026-00001`, `2026-03-00001`, `26-00001`. A counter alone is taken up to six digits, which no phone number has. */
const DATED = /^(?:(?:19|20)\d{2}[-/._](?:\d{2}[-/._]){0,2}\d{1,8}|\d{2}[-/._]0\d{2,6}|\d{1,6})$/;
const YEAR = /(?:^|[-/._])(?:19|20)\d{2}(?=[-/._])/;
/** Of a word that may be a name: as many digits as Frappe's series have by default, or zeros before the number. */
const PADDED = /^(?:\d{5,}|0\d{2,})$/;
/** Letters and digits in one part: upper-case letters alone, such as `SO00001`. */
const GLUED = /[a-z]\d|\d[a-z]/;
const ABBREVIATION_CHARS_MAX = 5;

/** Whether a series or a hash has made this name. */
export function isSeriesName(name: string): boolean {
  if (HASH.test(name)) return true;
  const counter = COUNTER.exec(name)?.[1];
  if (!PARTS.test(name) || counter === undefined || counter.length > COUNTER_DIGITS_MAX) return false;
  const words = name.match(/[A-Za-z]+/g) ?? [];
  if (words.length === 0) return DATED.test(name);
  if (GLUED.test(name)) return false;
  const isAbbreviated = words.every((word) => /^[A-Z]+$/.test(word) && word.length <= ABBREVIATION_CHARS_MAX);
  return isAbbreviated || YEAR.test(name) || PADDED.test(counter);
}
