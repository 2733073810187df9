import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { WebxkeyError } from "../kernel/errors.ts";
import { pooledRandomBytes } from "../kernel/random.ts";
import type { Secret } from "../kernel/secret.ts";

const KEY_BYTES = 32;
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM: `1 | iv 12 | ciphertext | tag 16`.
 *
 * @param place Where the value lives ("messages.params|shop|<id>"): the same bytes elsewhere do not open.
 */
export function seal(key: KeyObject, place: string, value: Uint8Array | string): Buffer {
  const iv = pooledRandomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(value as Buffer), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), iv, text, cipher.getAuthTag()]);
}

/** @throws WebxkeyError `decrypt_failed` when key, place or bytes do not belong together. */
export function open(key: KeyObject, place: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  try {
    if (bytes[0] !== FORMAT || bytes.length < 1 + IV_BYTES + TAG_BYTES)
      throw new RangeError("not a sealed value");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + IV_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(1 + IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new WebxkeyError("decrypt_failed", {
      detail: `A value of ${place.split("|")[0]} does not open: the root key changed or the row was altered.`,
      cause,
    });
  }
}

/** A keyed hash for look-ups. The kind keeps equal values of different kinds apart. */
export function keyedHash(key: KeyObject, kind: string, value: string | Uint8Array): Buffer {
  return createHmac("sha256", key).update(kind).update("\0").update(value).digest();
}

export function newKey(): KeyObject {
  return createSecretKey(randomBytes(KEY_BYTES));
}

/** @throws WebxkeyError `bad_root_key` unless the value is 32 bytes in base64. */
export function readRootKey(rootKey: Secret): KeyObject {
  const bytes = Buffer.from(rootKey.reveal(), "base64");
  if (bytes.length !== KEY_BYTES || new Set(bytes).size < 8) {
    throw new WebxkeyError("bad_root_key", {
      detail: "WEBXKEY_ROOT_KEY must be 32 random bytes in base64. Make one with: openssl rand -base64 32",
    });
  }
  return createSecretKey(bytes);
}
