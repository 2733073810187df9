/**
 * The text as PostgreSQL can hold it: what comes from outside may have NUL, or half a surrogate pair, which no text column
 * takes. What is hashed and stored has to pass here before both, or the hash does not match what is read.
 */
export function storableText(text: string): string {
  if (text.isWellFormed() && !text.includes("\0")) return text;
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
