import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { WebhookBody, WebhookChange, WebhookStatus } from "./webhooks/bodies.ts";
import { signWebhook } from "./webhooks/signature.ts";

export interface WebhookArrival {
  atMs: number;
  /** The raw bytes as text; Meta's bodies are ASCII. */
  text: string;
  signature: string | undefined;
  /** Whether the signature is right for the receiver's secret and exactly these bytes. */
  isSigned: boolean;
  /** What the receiver answered. */
  answered: number;
}

export interface WebhookReceiver extends AsyncDisposable {
  url: string;
  verifyToken: string;
  /** Every POST, in the order of arrival, whatever was answered. */
  arrivals: WebhookArrival[];
  /** Answers the next POSTs with these statuses, then 200 again. */
  answerNext(...statuses: number[]): void;
  /** All changes of the bodies that were answered 200, in order. */
  changes(): WebhookChange[];
  statuses(): WebhookStatus[];
  /** Waits until the condition holds; rejects when the time is over. */
  until(condition: (receiver: WebhookReceiver) => boolean, options: { withinMs: number }): Promise<void>;
}

const LOOK_EVERY_MS = 5;

/** A plain receiver for tests of the sending side: answers the handshake and keeps what is posted. */
export async function startWebhookReceiver(options: {
  appSecret: string;
  verifyToken?: string;
}): Promise<WebhookReceiver> {
  const verifyToken = options.verifyToken ?? "verify-token";
  const arrivals: WebhookArrival[] = [];
  const planned: number[] = [];
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const isKnown = searchParams.get("hub.verify_token") === verifyToken;
      response.writeHead(isKnown ? 200 : 403, { "content-type": "text/plain" });
      response.end(isKnown ? searchParams.get("hub.challenge") : "");
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const signature = request.headers["x-hub-signature-256"]?.toString();
      const answered = planned.shift() ?? 200;
      arrivals.push({
        atMs: Date.now(),
        text: bytes.toString("latin1"),
        signature,
        isSigned: signature === signWebhook(options.appSecret, bytes),
        answered,
      });
      response.writeHead(answered);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/webhook`,
    verifyToken,
    arrivals,
    answerNext: (...statuses) => void planned.push(...statuses),
    changes: () =>
      arrivals
        .filter(({ answered }) => answered === 200)
        .flatMap(({ text }) => (JSON.parse(text) as WebhookBody).entry.flatMap((entry) => entry.changes)),
    statuses: () =>
      receiver.changes().flatMap(({ value }) => (value["statuses"] as WebhookStatus[] | undefined) ?? []),
    async until(condition, { withinMs }) {
      const deadline = performance.now() + withinMs;
      while (!condition(receiver)) {
        if (performance.now() > deadline) {
          throw new Error(
            `After ${withinMs} ms the receiver has ${arrivals.length} webhooks and not what was waited for.`,
          );
        }
        await pause(LOOK_EVERY_MS);
      }
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
