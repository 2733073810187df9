import { createBatcher } from "../kernel/batcher.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { type Keys, keyedHash, seal } from "../keys/index.ts";
import { matchSignature } from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Db, VerifiedApp } from "../storage/index.ts";
import { countStored, insertWebhooks, type NewWebhook } from "./inbox-store.ts";

/** Webhooks waiting to be applied before new ones are refused with 503, so that Meta keeps them for us. */
const INBOX_STORED_MAX = 50_000;
/** How often the size of the inbox is counted. */
const COUNT_EVERY_MS = 1_000;

/** Takes a signed webhook body and resolves once it is committed. */
export interface Ingress {
  /** @throws WebxkeyError `bad_signature` (nothing is stored), `storage_unavailable`. */
  receive(rawBody: Uint8Array, signature: string | null): Promise<void>;
}

export function createIngress({
  db,
  keys,
  senders,
  clock,
  stored,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly senders: Senders;
  readonly clock: Clock;
  /** Called after a commit: there is something to apply. */
  readonly stored: () => void;
}): Ingress {
  const insert = createBatcher<NewWebhook, void>({
    itemsMax: BATCH_ROWS_MAX,
    flush: async (rows) => {
      await insertWebhooks(db, rows);
      return rows.map(() => undefined);
    },
  });
  let waiting = { count: 0, at: Number.NEGATIVE_INFINITY };

  async function requireRoom(): Promise<void> {
    const now = performance.now();
    if (now - waiting.at > COUNT_EVERY_MS)
      waiting = { count: await countStored(db, INBOX_STORED_MAX), at: now };
    if (waiting.count >= INBOX_STORED_MAX) {
      throw new WebxkeyError("storage_unavailable", {
        detail: "Too many webhooks wait to be applied; Meta will send this one again.",
      });
    }
  }

  return {
    async receive(rawBody, signature) {
      const verifiedBy = matchSignature(rawBody, signature, await senders.signatureKeys());
      if (verifiedBy.length === 0) {
        throw new WebxkeyError("bad_signature", {
          detail: "X-Hub-Signature-256 was made by none of the connected apps.",
        });
      }
      await requireRoom();
      const installation = await keys.installation();
      const bodyHash = keyedHash(installation.lookup, "inbox", signedBytes(verifiedBy, rawBody));
      await insert({
        body_hash: bodyHash,
        verified_by: verifiedBy,
        body_raw: seal(installation.seal, rawPlace(bodyHash), rawBody),
        received_at: clock.now(),
      });
      stored();
    },
  };
}

/**
 * What one webhook is told from another by. Who signed belongs to it: the same bytes from an app that does not own the number
 * must not count as seen when they come from the one that does.
 */
function signedBytes(verifiedBy: readonly VerifiedApp[], rawBody: Uint8Array): Buffer {
  const signers = [...new Set(verifiedBy.map((app) => `${app.workspace_id} ${app.app_id}`))].sort();
  return Buffer.concat([Buffer.from(`${signers.join()}\0`), rawBody]);
}

export function rawPlace(bodyHash: Uint8Array): string {
  return `inbox.body|${Buffer.from(bodyHash).toString("hex")}`;
}
