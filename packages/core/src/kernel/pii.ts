import { type Secret, sealedBox } from "./secret.ts";

/** Personal data (a phone number, a name, a text): shown only where a person is allowed to see it. */
export type Pii<T = string> = Secret<T>;

export function pii<T>(value: T): Pii<T> {
  return sealedBox(value, "[personal]");
}

/** Keeps the country calling part and the last two digits, as people know it from their bank: `+1*******34`. */
export function maskPhone(e164: string): string {
  if (e164.length <= 5) return "*".repeat(e164.length);
  return `${e164.slice(0, 2)}${"*".repeat(e164.length - 4)}${e164.slice(-2)}`;
}
