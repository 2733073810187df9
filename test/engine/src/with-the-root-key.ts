import { createDecipheriv, createHmac } from "node:crypto";
import { inject } from "vitest";
import { WORKSPACE_ID } from "./prepare-stores.ts";
import type { StorageOption } from "./stores.ts";

/**
 * Makes the keyed hashes by which the workspace of these tests finds things, as only somebody with the root key can. Written
 * out here, so that a change of how values lie in the tables is noticed.
 */
export async function lookupHashes(storage: StorageOption): Promise<(kind: string, value: string) => Buffer> {
  await using opened = await storage.open();
  const { wrapped_lookup } = await opened.keys
    .selectFrom("webxkey_keys.workspace_keys")
    .select("wrapped_lookup")
    .where("workspace_id", "=", WORKSPACE_ID)
    .executeTakeFirstOrThrow();
  const sealed = Buffer.from(wrapped_lookup);
  const key = createDecipheriv(
    "aes-256-gcm",
    Buffer.from(inject("rootKey"), "base64"),
    sealed.subarray(1, 13),
  )
    .setAAD(Buffer.from(`workspace_keys.lookup|${WORKSPACE_ID}|1`))
    .setAuthTag(sealed.subarray(-16))
    .update(sealed.subarray(13, -16));
  return (kind, value) => createHmac("sha256", key).update(`${kind}\0${value}`).digest();
}
