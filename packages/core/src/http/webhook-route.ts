import type { Ingress } from "../inbox/index.ts";
import { WEBHOOK_BODY_BYTES_MAX } from "../kernel/limits.ts";
import type { Senders } from "../senders/index.ts";
import { readBody } from "./body.ts";

export const WEBHOOK_PATH = "/v1/meta/webhook";

/**
 * Meta's webhook: the handshake (GET) and the deliveries (POST), which are answered 200 only after the commit.
 * A body that was correctly signed is never answered 4xx; what is not understood is kept aside.
 */
export async function webhookRoute(
  { ingress, senders }: { readonly ingress: Ingress; readonly senders: Senders },
  request: Request,
): Promise<Response> {
  if (request.method === "GET") return await handshake(senders, new URL(request.url).searchParams);
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
  const rawBody = await readBody(request, WEBHOOK_BODY_BYTES_MAX);
  await ingress.receive(rawBody, request.headers.get("x-hub-signature-256"));
  return new Response(null, { status: 200 });
}

async function handshake(senders: Senders, query: URLSearchParams): Promise<Response> {
  const subscribing = query.get("hub.mode") === "subscribe";
  const known = subscribing && (await senders.isVerifyToken(query.get("hub.verify_token") ?? ""));
  if (!known) return new Response("The verify token is not one of ours.", { status: 403, headers: PLAIN });
  return new Response(query.get("hub.challenge") ?? "", { status: 200, headers: PLAIN });
}

/** The challenge is echoed: as plain text that no browser will take for a page. */
const PLAIN = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
