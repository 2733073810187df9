/**
 * Countries in which WhatsApp writes a number otherwise than the national numbering plan does. Each pattern takes every way of
 * writing one number; the first template is the plan's own, as shops store it.
 */
const COUNTRIES: readonly { readonly pattern: RegExp; readonly ways: readonly [string, string] }[] = [
  // Brazil put a 9 in front of its mobile numbers; accounts that are older keep eight digits. Without the 9, those that begin with
  // 2 to 5 are other people's landlines.
  { pattern: /^\+55([1-9]\d)9?([016-9]\d{7})$/, ways: ["+55$19$2", "+55$1$2"] },
  // Mexico gave up the 1 of mobile numbers in 2019.
  { pattern: /^\+521?([2-9]\d{9})$/, ways: ["+52$1", "+521$1"] },
  // Argentina has a 9 in front of mobile numbers when they are called from abroad.
  { pattern: /^\+549?([1-3]\d{9})$/, ways: ["+549$1", "+54$1"] },
];

/**
 * All ways in which Meta and shops write this E.164 number, the canonical one first. In most countries there is one way.
 *
 * @example phoneVariants("+551187654321") // ["+5511987654321", "+551187654321"]
 */
export function phoneVariants(e164: string): readonly [string, ...string[]] {
  const country = COUNTRIES.find(({ pattern }) => pattern.test(e164));
  if (!country) return [e164];
  const [canonical, other] = country.ways;
  return [e164.replace(country.pattern, canonical), e164.replace(country.pattern, other)];
}
