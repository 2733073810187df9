/**
 * Message ids as WhatsApp makes them: base64 of a small struct that holds the customer's phone number. They are
 * therefore personal data, and a simulator that used random ids would hide that from the tests.
 */
// behaviour: wamid-holds-phone
const PREFIX = "wamid.";

/** 0x11 marks a message of the business (18 hex digits follow), 0x12 one of the customer (20 hex digits). */
export type WamidDirection = "from_business" | "from_customer";

export const WAMID_HEX_DIGITS = { from_business: 18, from_customer: 20 } as const;

/** `digits` is the customer's phone number without `+` (or a user id where the phone is not known). */
export function encodeWamid(digits: string, direction: WamidDirection, hexId: string): string {
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, digits.length]),
    Buffer.from(digits, "latin1"),
    Buffer.from([0x15, 0x02, 0x00, direction === "from_business" ? 0x11 : 0x12, 0x18, hexId.length]),
    Buffer.from(hexId.toUpperCase(), "latin1"),
    Buffer.from([0x00]),
  ]);
  return PREFIX + bytes.toString("base64");
}

/** The parts of a wamid, or undefined when it is not one of the known shape. */
export function decodeWamid(
  wamid: string,
): { digits: string; direction: WamidDirection; hexId: string } | undefined {
  if (!wamid.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(wamid.slice(PREFIX.length), "base64");
  const digitsEnd = 3 + (bytes[2] ?? 0);
  const marker = bytes[digitsEnd + 3];
  const idStart = digitsEnd + 6;
  const idEnd = idStart + (bytes[digitsEnd + 5] ?? 0);
  const known = bytes[0] === 0x1c && bytes[1] === 0x18 && bytes[digitsEnd] === 0x15 && bytes[idEnd] === 0x00;
  if (!known || bytes.length !== idEnd + 1 || (marker !== 0x11 && marker !== 0x12)) return undefined;
  return {
    digits: bytes.toString("latin1", 3, digitsEnd),
    direction: marker === 0x11 ? "from_business" : "from_customer",
    hexId: bytes.toString("latin1", idStart, idEnd),
  };
}
