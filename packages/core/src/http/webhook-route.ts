import type { Ingress } from "../inbox/index.ts";
import { createBatcher } from "../kernel/batcher.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { BATCH_ROWS_MAX, WEBHOOK_BODY_BYTES_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { isSignatureHeader } from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import { type BodyRoom, readBody } from "./body.ts";
import type { HttpRequest } from "./http-request.ts";

/** Behind it stands the address of one app. Bare, it is the address that all apps had before each got its own. */
export const WEBHOOK_PATH = "/v1/meta/webhook";

export interface WebhookRoom {
  readonly known: BodyRoom;
  readonly strangers: BodyRoom;
}

/** Wrong verify tokens of one address that are answered 403 in a minute; Meta asks once, when a number is connected. */
const WRONG_TOKENS_PER_MINUTE_MAX = 30;
const ADDRESSES_MAX = 10_000;
const MINUTE_MS = 60_000;

/** @param address what stands behind the path: an app's own address, or nothing. */
export type WebhookRoute = (request: HttpRequest, address: string) => Promise<Response>;

/**
 * Meta's webhook: the handshake (GET) and the deliveries (POST), which are answered 200 only after the commit.
 * A body that was correctly signed is never answered 4xx; what is not understood is kept aside. Without a header that could be
 * a signature, or at an address that no app has, not a byte of the body is read.
 */
export function createWebhookRoute({
  ingress,
  senders,
  room,
  log,
}: {
  readonly ingress: Ingress;
  readonly senders: Pick<Senders, "areVerifyTokens" | "appAt">;
  readonly room: WebhookRoom;
  readonly log: Log;
}): WebhookRoute {
  const wrongTokens = createWrongTokens();

  const isVerifyToken = createBatcher({ flush: senders.areVerifyTokens, itemsMax: BATCH_ROWS_MAX });

  /** The right token is taken whatever else was tried before; only wrong ones are limited. */
  async function handshake(query: URLSearchParams, address: string): Promise<Response> {
    const token = query.get("hub.verify_token") ?? "";
    if (query.get("hub.mode") !== "subscribe" || token === "") return refused();
    if (await isVerifyToken(token))
      return new Response(query.get("hub.challenge") ?? "", { status: 200, headers: PLAIN });
    if (wrongTokens.isTooMany(address)) {
      throw new WebxkeyError("too_many_requests", {
        detail: "Too many wrong verify tokens; wait a minute before the next attempt.",
      });
    }
    return refused();
  }

  async function appAt(address: string): Promise<string> {
    const appId = await senders.appAt(address);
    if (appId === undefined)
      throw new WebxkeyError("not_found", { detail: "There is no such address in this API." });
    return appId;
  }

  return async (request, address) => {
    if (request.method === "GET")
      return await handshake(new URL(request.url).searchParams, request.address ?? "");
    if (request.method !== "POST")
      return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
    const signature = request.headers.get("x-hub-signature-256");
    if (!isSignatureHeader(signature)) {
      throw new WebxkeyError("bad_signature", {
        detail: "X-Hub-Signature-256 is missing or is no signature: sha256= and 64 lower-case hex digits.",
      });
    }
    const appId = address === "" ? undefined : await appAt(address);
    using share = (appId === undefined ? room.strangers : room.known).open();
    const rawBody = await readBody(request, { bytesMax: WEBHOOK_BODY_BYTES_MAX, share, log });
    await ingress.receive(rawBody, signature, appId);
    return new Response(null, { status: 200 });
  };
}

function refused(): Response {
  return new Response("The verify token is not one of ours.", { status: 403, headers: PLAIN });
}

/** Counts wrong tokens, each address for itself. Behind a proxy that is one address, which costs nobody a right token. */
function createWrongTokens() {
  const counts = new Map<string, { since: number; wrong: number }>();

  function forgetOld(now: number): void {
    // In the order in which they began.
    for (const [address, { since }] of counts) {
      if (now - since < MINUTE_MS) return;
      counts.delete(address);
    }
  }

  return {
    /** Counts one more. */
    isTooMany(address: string): boolean {
      const now = performance.now();
      forgetOld(now);
      const count = counts.get(address) ?? { since: now, wrong: 0 };
      count.wrong += 1;
      if (counts.size < ADDRESSES_MAX) counts.set(address, count);
      return count.wrong > WRONG_TOKENS_PER_MINUTE_MAX;
    },
  };
}

/** The challenge is echoed: as plain text that no browser will take for a page. */
const PLAIN = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
