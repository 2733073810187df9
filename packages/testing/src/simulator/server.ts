import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Changes } from "./changes.ts";
import { dispatchControl } from "./control/dispatch.ts";
import { describePhone } from "./describe.ts";
import { serveGraph } from "./graph/serve.ts";
import { pageAsset } from "./page-assets.ts";
import { digitsOfPhone } from "./people/people.ts";
import type { Simulation } from "./simulation.ts";
import { SimulatorError } from "./simulator-error.ts";

const HOST = "127.0.0.1";
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const KEEP_ALIVE_MS = 65_000;
const LIVE_EVERY_MS = 80;
const CONTROL = "/_simulator";
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/;
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export interface SimulatorServer {
  url: string;
  close(): Promise<void>;
}

/** One server for the Graph API, the control API and the phone view, on this machine's loopback only. */
export async function serve(sim: Simulation, changes: Changes, port: number): Promise<SimulatorServer> {
  const server = createServer((request, response) => {
    answer(sim, changes, request, response).catch((error: unknown) => fail(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(sim: Simulation, changes: Changes, request: IncomingMessage, response: ServerResponse) {
  const target = request.url ?? "/";
  const host = request.headers.host ?? "";
  // A page on another name that resolves to this machine must not reach the simulator (DNS rebinding).
  // behaviour: loopback-only
  if (!LOOPBACK_HOST.test(host))
    throw new SimulatorError(400, `This simulator answers to loopback names only, not to ${host}.`);
  if (target.startsWith(`${CONTROL}/live`)) return live(sim, changes, target, request, response);
  if (target.startsWith(CONTROL)) return await control(sim, changes, target, request, response);
  const asset = request.method === "GET" ? await pageAsset(target.split("?")[0] ?? target) : undefined;
  if (asset) {
    response.writeHead(200, {
      "content-type": asset.contentType,
      "content-security-policy": PAGE_POLICY,
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    });
    response.end(asset.bytes);
    return;
  }
  const body = await readBody(request);
  await serveGraph(sim, request, response, body, `http://${host}`);
}

async function control(
  sim: Simulation,
  changes: Changes,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  refuseOtherOrigins(request);
  const method = request.method ?? "GET";
  const text = await readBody(request);
  const result = await dispatchControl(
    { sim, changes },
    method,
    target.slice(CONTROL.length) || "/",
    parse(text),
  );
  const json = JSON.stringify(result ?? null);
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(json);
}

/** The phone view's data over server-sent events: once at once, then after changes. */
function live(
  sim: Simulation,
  changes: Changes,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  refuseOtherOrigins(request);
  const phone = new URLSearchParams(target.split("?")[1]).get("phone");
  const digits = phone === null ? undefined : digitsOfPhone(phone);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = () => {
    response.write(`data: ${JSON.stringify(describePhone(sim, digits))}\n\n`);
  };
  send();
  const stop = changes.watch(LIVE_EVERY_MS, send);
  response.on("close", stop);
}

function refuseOtherOrigins(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const isOwn = origin === undefined || origin === `http://${host}`;
  if (!isOwn || request.headers["sec-fetch-site"] === "cross-site") {
    throw new SimulatorError(400, "The control API is not open to pages of other origins.");
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) {
        reject(new SimulatorError(400, `The body has more than ${BODY_BYTES_MAX} bytes.`));
        request.destroy();
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () =>
      resolve(chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString()),
    );
    request.on("error", reject);
  });
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new SimulatorError(400, "The body is not JSON.");
  }
}

/** Problems of the control API as RFC 9457 tells them. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof SimulatorError ? error.status : 500;
  const detail = error instanceof Error ? error.message : String(error);
  response.writeHead(status, { "content-type": "application/problem+json" });
  response.end(
    JSON.stringify({ title: status === 500 ? "The simulator failed" : "Not possible", status, detail }),
  );
}
