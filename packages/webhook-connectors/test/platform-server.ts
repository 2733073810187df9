import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type PlatformClient, parseUntrustedJson } from "@webxkey/core";
import { Client } from "undici";

/** A request as the platform's API sees it. */
export interface Asked {
  readonly method: string;
  /** Path without its leading slash, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a body: byte for byte, and under another type where that is said. */
  readonly text?: string;
  readonly type?: string;
}

export interface PlatformServer extends AsyncDisposable {
  readonly client: PlatformClient;
  /** Every request so far, oldest first. */
  readonly asked: readonly Asked[];
}

/** A small real server on loopback that stands for a platform, and a client to it. Not mocked: bytes go over a socket. */
export async function servePlatform(answer: (asked: Asked) => Answer): Promise<PlatformServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://platform");
    const text = Buffer.concat(chunks).toString();
    const one: Asked = {
      method: request.method ?? "",
      path: decodeURIComponent(url.pathname.slice(1)),
      query: url.searchParams,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    asked.push(one);
    const { status = 200, body, text: written, type = "application/json" } = answer(one);
    response.writeHead(status, { "content-type": type });
    response.end(written ?? (body === undefined ? "" : JSON.stringify(body)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const http = new Client(`http://127.0.0.1:${port}`);
  return {
    asked,
    client: {
      async request({ method, path, headers = {}, body }) {
        const answered = await http.request({
          method,
          path: `/${path}`,
          headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await answered.body.text();
        return {
          status: answered.statusCode,
          headers: new Headers(answered.headers as Record<string, string>),
          body: parseUntrustedJson(text),
        };
      },
    },
    async [Symbol.asyncDispose]() {
      await http.close();
      server.close();
      await once(server, "close");
    },
  };
}
