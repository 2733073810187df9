import type { Channel } from "../channels/channel.ts";
import { createBatcher } from "../kernel/batcher.ts";
import type { Clock } from "../kernel/clock.ts";
import { isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { releaseBytes } from "../kernel/release-bytes.ts";
import { type Keys, keyedHash, seal, type WorkspaceKeys } from "../keys/index.ts";
import { matchSignature } from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Db, VerifiedApp } from "../storage/index.ts";
import { countStored, insertWebhooks, type NewWebhook } from "./inbox-store.ts";
import { laneOf } from "./lane.ts";

/** Webhooks waiting to be applied before new ones are refused with 503, so that Meta keeps them for us. */
const INBOX_STORED_MAX = 50_000;
/** How long busy webhooks gather before they are committed together: little beside what Meta waits for an answer. */
const GATHER_MS = 5;
/** How often the size of the inbox is counted. */
const COUNT_EVERY_MS = 1_000;
/** Bytes of bodies in memory that are not committed yet: a store that hangs must not fill the memory. */
const UNCOMMITTED_BYTES_MAX = 64 * 1024 * 1024;
/** An answer that comes later is of no use: Meta gives up and tries again, and a late commit is then found as seen. */
const ANSWER_MS_MAX = 20_000;

/** What a body needs beside its bytes while it waits: a row, a promise, a connection. */
const OVERHEAD_BYTES = 4 * 1024;

/** Takes a signed webhook body and resolves once it is committed. */
export interface Ingress {
  /**
   * @param rawBody its memory is given back once the store is done with it: keep no view of it.
   * @param appId the Meta app whose address was posted to: its secrets alone are tried. Undefined for the address that all
   * apps had before each got its own.
   * @throws WebxkeyError `bad_signature` (nothing is stored), `storage_unavailable`.
   */
  receive(rawBody: Uint8Array, signature: string | null, appId: string | undefined): Promise<void>;
  /** Whether a webhook that came now would be stored, and none was turned away since this was last asked. */
  isAble(): Promise<boolean>;
}

export interface IngressPorts {
  readonly channel: Channel;
  readonly db: Db;
  readonly keys: Keys;
  readonly senders: Pick<Senders, "signatureKeys">;
  readonly clock: Clock;
  /** Called after a commit: there is something to apply. */
  readonly stored: () => void;
}

interface Received {
  readonly rawBody: Uint8Array;
  readonly signature: string | null;
  readonly appId: string | undefined;
}

type Outcome = "stored" | "bad_signature" | "no_room";

export function createIngress({ channel, db, keys, senders, clock, stored }: IngressPorts): Ingress {
  let waiting = { count: Promise.resolve(0), at: Number.NEGATIVE_INFINITY };
  let uncommittedBytes = 0;
  let turnedAway = false;

  async function hasRoom(): Promise<boolean> {
    const now = performance.now();
    // A count that failed is made again.
    if (now - waiting.at > COUNT_EVERY_MS) {
      waiting = { count: countStored(db, INBOX_STORED_MAX), at: now };
      waiting.count.catch(() => {
        waiting = { ...waiting, at: Number.NEGATIVE_INFINITY };
      });
    }
    return (await waiting.count) < INBOX_STORED_MAX;
  }

  const take = createBatcher<Received, Outcome>({
    itemsMax: BATCH_ROWS_MAX,
    gatherMs: GATHER_MS,
    flush: async (received) => {
      // One read serves all of the set; nothing is cached, so that a number connected anywhere counts at once.
      const known = await senders.signatureKeys();
      const signed: (Received & { readonly verifiedBy: readonly VerifiedApp[] })[] = [];
      for (const one of received) {
        const { rawBody, signature, appId } = one;
        const ofApp = appId === undefined ? known : known.filter(({ id }) => id.app_id === appId);
        signed.push({ ...one, verifiedBy: await matchSignature(rawBody, signature, ofApp) });
      }
      const genuine = signed.filter(({ verifiedBy }) => verifiedBy.length > 0);
      const room = genuine.length === 0 || (await hasRoom());
      if (room) {
        const installation = await keys.installation();
        await insertWebhooks(
          db,
          genuine.map((one) => rowOf(installation, one)),
        );
      }
      return signed.map(({ verifiedBy }) =>
        verifiedBy.length === 0 ? "bad_signature" : room ? "stored" : "no_room",
      );
    },
  });

  function rowOf(
    { lookup, seal: key }: WorkspaceKeys,
    { rawBody, verifiedBy }: { readonly rawBody: Uint8Array; readonly verifiedBy: readonly VerifiedApp[] },
  ): NewWebhook {
    const bodyHash = keyedHash(lookup, "inbox", signedBytes(verifiedBy, rawBody));
    const receivedAt = clock.now();
    return {
      body_hash: bodyHash,
      verified_by: verifiedBy,
      body_raw: seal(key, rawPlace(bodyHash), rawBody),
      lane: laneOf(channel, rawBody, receivedAt),
      received_at: receivedAt,
    };
  }

  async function store(received: Received): Promise<void> {
    switch (await take(received)) {
      case "bad_signature":
        throw new WebxkeyError("bad_signature", {
          detail: "X-Hub-Signature-256 was made by none of the connected apps.",
        });
      case "no_room":
        throw new WebxkeyError("storage_unavailable", {
          detail: "Too many webhooks wait to be applied; Meta will send this one again.",
        });
      case "stored":
        stored();
    }
  }

  async function receive(received: Received): Promise<void> {
    const bytes = received.rawBody.byteLength + OVERHEAD_BYTES;
    if (uncommittedBytes + bytes > UNCOMMITTED_BYTES_MAX) {
      throw new WebxkeyError("storage_unavailable", {
        detail: "Too many webhooks wait for the database; Meta will send this one again.",
      });
    }
    uncommittedBytes += bytes;
    // Given back when the store is done with the body, which may be long after the answer.
    const storing = store(received).finally(() => {
      uncommittedBytes -= bytes;
      releaseBytes(received.rawBody);
    });
    await withinAnswerTime(storing);
  }

  return {
    async receive(rawBody, signature, appId) {
      try {
        await receive({ rawBody, signature, appId });
      } catch (error) {
        if (!isWebxkeyError(error) || error.code !== "bad_signature") turnedAway = true;
        throw error;
      }
    },
    async isAble() {
      const isAble = !turnedAway && (await hasRoom());
      turnedAway = false;
      return isAble;
    },
  };
}

async function withinAnswerTime(storing: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      late.reject(
        new WebxkeyError("storage_unavailable", {
          detail: "The database did not commit the webhook in time; Meta will send it again.",
        }),
      ),
    ANSWER_MS_MAX,
  );
  try {
    await Promise.race([storing, late.promise]);
  } finally {
    clearTimeout(timer);
  }
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
