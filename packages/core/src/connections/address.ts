import { createHash, randomBytes } from "node:crypto";
import { type Secret, secret } from "../kernel/secret.ts";

const ADDRESS_BYTES = 16;
const ADDRESS_TEXT = /^[A-Za-z0-9_-]{22}$/;
const SECRET_BYTES = 32;

/** 128 random bits, which only the platform and the merchant are told. */
export function newAddress(): Secret {
  return secret(randomBytes(ADDRESS_BYTES).toString("base64url"));
}

/** What finds an address. A fast hash is enough: nobody tries 2^128. Undefined for a text that is no address. */
export function addressHash(address: string): Buffer | undefined {
  return ADDRESS_TEXT.test(address) ? createHash("sha256").update(address).digest() : undefined;
}

/** For platforms that let the merchant choose what they sign with. */
export function newWebhookSecret(): Secret {
  return secret(randomBytes(SECRET_BYTES).toString("base64url"));
}
