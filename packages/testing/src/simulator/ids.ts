import { createHash } from "node:crypto";
import { encodeWamid, WAMID_HEX_DIGITS, type WamidDirection } from "./wamid.ts";

/** The simulator's only source of chance. With a seed, every id and every probability repeats. */
export interface SimulatorIds {
  /** From 0 up to, not including, 1. */
  chance(): number;
  wamid(digits: string, direction: WamidDirection): string;
  /** Numeric ids stay below 2^53, because Meta sends template ids as JSON numbers in webhooks. */
  numeric(digits: number): string;
  hex(digits: number): string;
  fbtrace(): string;
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FBTRACE_CHARACTERS = 22;

export function createIds(seed?: number): SimulatorIds {
  const chance = seed === undefined ? Math.random : mulberry32(seed);

  function from(alphabet: string, length: number) {
    let text = "";
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(chance() * alphabet.length)];
    return text;
  }

  const hex = (digits: number) => from("0123456789ABCDEF", digits);
  return {
    chance,
    hex,
    wamid: (digits, direction) => encodeWamid(digits, direction, hex(WAMID_HEX_DIGITS[direction])),
    numeric: (digits) => from("123456789", 1) + from("0123456789", digits - 1),
    // behaviour: fbtrace-id
    fbtrace: () => `A${from(BASE64URL, FBTRACE_CHARACTERS)}`,
  };
}

/** A stable number made of decimal digits, for ids that must be the same in every run. */
export function digitsOf(text: string, digits: number): string {
  const number = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`).toString();
  return `1${number.slice(-(digits - 1))}`;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
