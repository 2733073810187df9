/** How WhatsApp writes the numbers of these countries, whichever way they were dialled. */
const REWRITTEN: readonly [dialled: RegExp, written: string][] = [
  // The ninth digit that Brazil put in front of its mobile numbers is left out.
  [/^(55[1-9]\d)9([6-9]\d{7})$/, "$1$2"],
  // Mexico's mobile numbers keep the 1 that the country gave up.
  [/^52([2-9]\d{9})$/, "521$1"],
  // Argentina's have the 9 of calls from abroad.
  [/^54([1-3]\d{9})$/, "549$1"],
];

/** The digits that WhatsApp writes for a number of these countries, whichever way it is given. */
export function asWhatsAppWrites(digits: string): string {
  const rule = REWRITTEN.find(([dialled]) => dialled.test(digits));
  return rule ? digits.replace(rule[0], rule[1]) : digits;
}
