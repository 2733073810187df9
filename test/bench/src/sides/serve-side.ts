import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** What a side is asked to do, over HTTP on loopback: one route an order, JSON in and out. */
export type Orders = Readonly<Record<string, (body: never) => Promise<object>>>;

/** Serves a side's orders under `/bench/…`, and everything else as the side serves its webhooks. */
export async function serveSide(orders: Orders, webhooks: RequestListener): Promise<{ url: string }> {
  const server = createServer((request, response) => {
    const order = orders[/^\/bench\/(\w+)$/.exec(request.url ?? "")?.[1] ?? ""];
    if (!order) return webhooks(request, response);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      order(JSON.parse(Buffer.concat(chunks).toString()) as never).then(
        (result) => response.end(JSON.stringify(result)),
        (error: unknown) => {
          response.writeHead(500);
          response.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
        },
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
