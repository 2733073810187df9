import { hash } from "node:crypto";
import type { Ingress } from "../inbox/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { WEBHOOK_BODY_BYTES_MAX } from "../kernel/limits.ts";
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

/** Wrong verify tokens that are looked up in a minute; Meta asks once, when a number is connected. */
const WRONG_TOKENS_PER_MINUTE_MAX = 30;
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
  readonly senders: Pick<Senders, "isVerifyToken" | "appAt">;
  readonly room: WebhookRoom;
  readonly log: Log;
}): WebhookRoute {
  const attempts = createVerifyAttempts();

  async function handshake(query: URLSearchParams): Promise<Response> {
    const token = query.get("hub.verify_token") ?? "";
    if (query.get("hub.mode") !== "subscribe" || token === "" || attempts.isKnownWrong(token))
      return refused();
    if (attempts.tooMany()) {
      throw new WebxkeyError("too_many_requests", {
        detail: "Too many wrong verify tokens; wait a minute before the next attempt.",
      });
    }
    if (!(await senders.isVerifyToken(token))) {
      attempts.wrong(token);
      return refused();
    }
    return new Response(query.get("hub.challenge") ?? "", { status: 200, headers: PLAIN });
  }

  async function appAt(address: string): Promise<string> {
    const appId = await senders.appAt(address);
    if (appId === undefined)
      throw new WebxkeyError("not_found", { detail: "There is no such address in this API." });
    return appId;
  }

  return async (request, address) => {
    if (request.method === "GET") return await handshake(new URL(request.url).searchParams);
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

/**
 * Counts wrong attempts over all callers, because addresses behind a proxy cannot be trusted here. A wrong token that is
 * repeated is answered from memory and counted once, so that one confused client does not shut out Meta; one is forgotten
 * after a minute, because it may become right.
 */
function createVerifyAttempts() {
  const wrongSince = new Map<string, number>();
  const hashOf = (token: string) => hash("sha256", token);

  function forgetOld(): void {
    const now = performance.now();
    // In the order in which they came.
    for (const [token, since] of wrongSince) {
      if (now - since < MINUTE_MS) return;
      wrongSince.delete(token);
    }
  }

  return {
    isKnownWrong(token: string): boolean {
      forgetOld();
      return wrongSince.has(hashOf(token));
    },
    tooMany(): boolean {
      forgetOld();
      return wrongSince.size >= WRONG_TOKENS_PER_MINUTE_MAX;
    },
    wrong(token: string): void {
      wrongSince.set(hashOf(token), performance.now());
    },
  };
}

/** The challenge is echoed: as plain text that no browser will take for a page. */
const PLAIN = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
