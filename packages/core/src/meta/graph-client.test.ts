import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { secret } from "../kernel/secret.ts";
import { exchange } from "./exchange.ts";
import {
  createGraphClient,
  type GraphClient,
  type GraphClientOptions,
  type GraphPost,
} from "./graph-client.ts";

const TOKEN = "EAAtoken0123456789";
const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A TCP server that shows each connection and every byte it got. */
async function rawServer(onData: (socket: Socket, received: string) => void, onConnect = (_: Socket) => {}) {
  const sockets = new Set<Socket>();
  const seen = { bytes: "", connections: 0, closed: 0 };
  const server = net.createServer((socket) => {
    seen.connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => seen.closed++);
    socket.on("data", (chunk) => {
      seen.bytes += chunk.toString("latin1");
      onData(socket, chunk.toString("latin1"));
    });
    onConnect(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function httpServer(answer: http.RequestListener) {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const json =
  (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers });
    response.end(JSON.stringify(body));
  };

function client(origin: string, options: Partial<GraphClientOptions> = {}): GraphClient {
  const created = createGraphClient({ baseUrl: origin, timeouts: { deadlineMs: 3_000 }, ...options });
  cleanups.push(() => created.close());
  return created;
}

const message = (more: Partial<GraphPost> = {}): GraphPost => ({
  path: ["106540352242922", "messages"],
  credentials: { accessToken: secret(TOKEN) },
  body: { messaging_product: "whatsapp" },
  ...more,
});

const response = (head: string, body = "") => `HTTP/1.1 ${head}\r\n\r\n${body}`;

describe("a call that is answered", () => {
  it("carries the token in a header and the proof of the app secret in the query", async () => {
    const { origin, requests } = await httpServer(json(200, { success: true }));
    const credentials = { accessToken: secret("EAAJB_test"), appSecret: secret("test_app_secret") };
    await client(origin).get({ path: ["106540352242922"], credentials, query: { fields: "id,status" } });
    expect(requests[0]?.headers.authorization).toBe("Bearer EAAJB_test");
    expect(requests[0]?.url).toBe(
      "/v25.0/106540352242922?fields=id%2Cstatus&appsecret_proof=aece8b92f0705629b7a5b97f0513bf4fdee8c869aa9e98bcc05d3a3c5b021b8f",
    );
  });

  it("is ok with its body and the headers that decide something", async () => {
    const headers = { "retry-after": "7", "x-fb-trace-id": "trace", "facebook-api-version": "v25.0" };
    const { origin } = await httpServer(json(200, { messages: [{ id: "1" }] }, headers));
    expect(await client(origin).post(message())).toEqual({
      kind: "ok",
      status: 200,
      body: { messages: [{ id: "1" }] },
      headers: { retryAfterMs: 7_000, traceId: "trace", apiVersion: "v25.0" },
    });
  });

  it("reads a Retry-After date against the clock", async () => {
    const headers = { "retry-after": "Mon, 23 Nov 2026 12:01:30 GMT" };
    const { origin } = await httpServer(json(429, { error: { code: 4 } }, headers));
    const clock = { now: () => new Date("2026-11-23T12:00:00Z") };
    expect(await client(origin, { clock }).post(message())).toMatchObject({
      headers: { retryAfterMs: 90_000 },
    });
  });

  it.each([400, 404, 500, 503, 200])(
    "is an error when HTTP %i brings one of Meta's codes",
    async (status) => {
      const error = {
        message: "(#131045) Incorrect certificate",
        type: "OAuthException",
        code: 131045,
        error_subcode: 7,
        error_data: { messaging_product: "whatsapp", details: "details of it" },
        is_transient: false,
        fbtrace_id: "Az8",
      };
      const { origin } = await httpServer(json(status, { error }));
      const outcome = await client(origin).post(message());
      expect(outcome).toMatchObject({
        kind: "error",
        httpStatus: status,
        error: { code: 131045, subcode: 7, type: "OAuthException", traceId: "Az8", isTransient: false },
      });
      expect(outcome.kind === "error" && outcome.error.details?.reveal()).toBe("details of it");
    },
  );

  it("is an error also when the envelope's optional parts have another shape", async () => {
    const { origin } = await httpServer(
      json(400, { error: { code: 100, error_data: "plain text", is_transient: "no", type: 3 } }),
    );
    const outcome = await client(origin).post(message());
    expect(outcome.kind === "error" && outcome.error.details?.reveal()).toBe("plain text");
  });

  it("is judged by its JSON and not by its content type", async () => {
    const { origin } = await httpServer(json(200, { success: true }, { "content-type": "text/html" }));
    expect(await client(origin).post(message())).toMatchObject({ kind: "ok", body: { success: true } });
  });

  it("uses one kept connection for calls that follow each other", async () => {
    const { origin, requests } = await httpServer(json(200, {}));
    const graph = client(origin);
    await graph.post(message());
    // undici frees a connection one turn of the event loop after its answer, in case more bytes follow.
    await setImmediate();
    await graph.post(message());
    expect(new Set(requests.map(({ socket }) => socket)).size).toBe(1);
  });
});

describe("a call whose request may have been read is unknown", () => {
  const big = "x".repeat(2_000);
  const cases: [rule: string, answer: (socket: Socket) => void, reason: string][] = [
    ["the connection is reset after the request was read", (socket) => socket.resetAndDestroy(), "reset"],
    ["the connection ends without an answer", (socket) => socket.end(), "reset"],
    ["the body is cut off", (s) => s.end(response("200 OK\r\ncontent-length: 99", '{"messages":')), "reset"],
    ["the answer is no HTTP", (socket) => socket.write("SSH-2.0-nothing\r\n\r\n"), "unreadable_answer"],
    ["nobody answers within the deadline", () => {}, "timeout"],
    [
      "the body ends in the middle of the JSON",
      (s) => s.write(sized("200 OK", '{"messages":[')),
      "unreadable_body",
    ],
    ["a 200 is no JSON", (s) => s.write(sized("200 OK", "<html>hello</html>")), "unreadable_body"],
    [
      "a 200 is not UTF-8",
      (s) => s.write(Buffer.from(sized("200 OK", '{"a":"\xff"}'), "latin1")),
      "unreadable_body",
    ],
    [
      "a 500 has no code",
      (s) => s.write(sized("500 Oops", '{"error":{"message":"x"}}')),
      "server_error_without_code",
    ],
    ["a 502 is a proxy's page", (s) => s.write(sized("502 Bad", "<html>")), "server_error_without_code"],
    ["a 400 has no code", (s) => s.write(sized("400 Bad", "<html>")), "refusal_without_code"],
    ["the answer is larger than allowed", (s) => s.write(sized("200 OK", big)), "response_too_large"],
  ];

  it.each(cases)("when %s", async (_rule, answer, reason) => {
    const { origin, seen } = await rawServer((socket) => answer(socket));
    const graph = client(origin, { timeouts: { deadlineMs: 400 }, responseBytesMax: 1_000 });
    expect(await graph.post(message())).toMatchObject({ kind: "unknown", reason });
    expect(seen.bytes.match(/POST /g), "no repetition").toHaveLength(1);
  });

  it("when the connection is reset before the request was read", async () => {
    let accept: (socket: Socket) => void;
    const accepted = new Promise<Socket>((resolve) => {
      accept = resolve;
    });
    const { origin, seen } = await rawServer(
      () => {},
      (socket) => accept(socket.pause()),
    );
    const resetAfterTheWrite = async () => {
      const socket = await accepted;
      await setImmediate();
      socket.resetAndDestroy();
    };
    let reset: Promise<void> | undefined;
    const mayStillSend = () => {
      reset = resetAfterTheWrite();
      return true;
    };
    expect(await client(origin).post(message({ mayStillSend }))).toMatchObject({
      kind: "unknown",
      reason: "reset",
    });
    await reset;
    expect(seen.bytes).toBe("");
  });

  it("when the answer drips more slowly than the deadline, however lively it is", async () => {
    const { origin } = await httpServer((_request, answer) => {
      answer.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => answer.write(" "), 20);
      answer.on("close", () => clearInterval(drip));
    });
    const graph = client(origin, { timeouts: { deadlineMs: 300 } });
    expect(await graph.post(message())).toEqual({ kind: "unknown", reason: "timeout" });
  });

  it("when it is redirected, and the redirect is not followed", async () => {
    const elsewhere = await httpServer(json(200, { success: true }));
    const { origin } = await httpServer(json(307, {}, { location: `${elsewhere.origin}/stolen` }));
    expect(await client(origin).post(message())).toEqual({ kind: "unknown", reason: "redirect" });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

describe("a call is not sent, and no byte is written,", () => {
  it("when nobody listens", async () => {
    const { origin } = await rawServer(() => {});
    await cleanups.pop()?.();
    expect(await client(origin).post(message())).toEqual({
      kind: "not_sent",
      reason: "connect_refused",
      causeCode: "ECONNREFUSED",
    });
  });

  it("when the name does not resolve", async () => {
    // A resolver that lost a packet asks again after some seconds.
    const graph = client("https://graph.invalid", { timeouts: { connectMs: 20_000, deadlineMs: 20_000 } });
    expect(await graph.post(message())).toMatchObject({ kind: "not_sent", reason: "dns" });
  });

  it("when the other side speaks no TLS", async () => {
    const { origin, seen } = await rawServer((socket) => socket.end("what?\r\n"));
    const outcome = await client(origin.replace("http:", "https:")).post(message());
    expect(outcome).toMatchObject({ kind: "not_sent", reason: "tls" });
    expect(seen.bytes).not.toContain("POST");
  });

  it("when the TLS handshake does not end in time", async () => {
    const { origin, seen } = await rawServer(() => {});
    const graph = client(origin.replace("http:", "https:"), {
      timeouts: { connectMs: 150, deadlineMs: 5_000 },
    });
    expect(await graph.post(message())).toMatchObject({ kind: "not_sent", reason: "connect_timeout" });
    expect(seen.bytes).not.toContain("POST");
  });

  it("when the caller's last word is no", async () => {
    const { origin, seen } = await rawServer(() => {});
    const outcome = await client(origin).post(message({ mayStillSend: () => false }));
    expect(outcome).toEqual({ kind: "not_sent", reason: "no_longer_allowed" });
    expect(seen.bytes).toBe("");
  });

  it("when the caller changes its mind while the call waits for a connection", async () => {
    let release = () => {};
    const { origin, requests } = await httpServer((_request, answer) => {
      release = () => answer.end("{}");
    });
    const graph = client(origin, { connectionsMax: 1 });
    let allowed = true;
    const first = graph.post(message());
    const second = graph.post(message({ mayStillSend: () => allowed }));
    await expect.poll(() => requests.length).toBe(1);
    allowed = false;
    release();
    expect(await first).toMatchObject({ kind: "ok" });
    expect(await second).toEqual({ kind: "not_sent", reason: "no_longer_allowed" });
    expect(requests).toHaveLength(1);
  });

  it("when its deadline passes while it waits for a connection", async () => {
    let release = () => {};
    const { origin, requests } = await httpServer((_request, answer) => {
      release = () => answer.end("{}");
    });
    let nowMs = 0;
    const clock = { now: () => new Date(nowMs) };
    const graph = client(origin, { clock, connectionsMax: 1, timeouts: { deadlineMs: 60_000 } });
    const [first, second] = [graph.post(message()), graph.post(message())];
    await expect.poll(() => requests.length).toBe(1);
    nowMs = 60_000;
    release();
    expect(await first).toMatchObject({ kind: "ok" });
    expect(await second).toEqual({ kind: "not_sent", reason: "deadline_before_write" });
    expect(requests).toHaveLength(1);
  });

  it("when the process was stopped past the deadline and sees the socket before the timer", async () => {
    const { origin, seen } = await rawServer(() => {});
    const times = [0, 60_000, 60_000];
    const clock = { now: () => new Date(times.shift() ?? 60_000) };
    expect(await client(origin, { clock, timeouts: { deadlineMs: 20_000 } }).post(message())).toEqual({
      kind: "not_sent",
      reason: "deadline_before_write",
    });
    expect(seen.bytes).toBe("");
  });

  it("when the client was closed", async () => {
    const { origin } = await rawServer(() => {});
    const graph = createGraphClient({ baseUrl: origin });
    await graph.close();
    expect(await graph.post(message())).toMatchObject({ kind: "not_sent", reason: "client_closed" });
  });
});

it("writes a request at most once, even if the transport starts it again", async () => {
  let aborts = 0;
  const controller = { abort: () => aborts++ };
  const replaying = {
    dispatch(_options: unknown, handler: { onRequestStart?(controller: unknown, context: unknown): void }) {
      handler.onRequestStart?.(controller, null);
      handler.onRequestStart?.(controller, null);
      return true;
    },
  };
  const outcome = await exchange(
    replaying as never,
    { method: "POST", path: "/" },
    { deadlineMs: 1_000, responseBytesMax: 1, mayStillSend: () => true, now: () => new Date() },
  );
  expect(outcome).toEqual({ kind: "unknown", reason: "reset" });
  expect(aborts).toBe(1);
});

it("shows neither token, proof, query nor Meta's texts when an outcome is printed", async () => {
  const error = {
    code: 190,
    message: "Error validating EAAsecret for +16505551234",
    error_data: { details: "+16505551234" },
  };
  const { origin } = await httpServer(json(401, { error }));
  const outcome = await client(origin).post(message({ query: { input_token: secret("EAAother") } }));
  const printed = inspect(outcome, { depth: 9, showHidden: true }) + JSON.stringify(outcome);
  expect(printed).toContain("190");
  expect(printed).not.toMatch(/EAA|6505551234|appsecret|input_token/);
});

describe("createGraphClient refuses", () => {
  it.each([
    "http://graph.facebook.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "ftp://127.0.0.1",
    "https://user:pass@graph.facebook.com",
    "https://graph.facebook.com?x=1",
    "graph.facebook.com",
    "",
  ])("the base URL %j", (baseUrl) => {
    expect(() => createGraphClient({ baseUrl })).toThrow(
      expect.objectContaining({ code: "invalid_configuration" }),
    );
  });

  it.each(["25", "v25", "latest", "v25.0/../v1.0"])("the version %j", (version) => {
    const options = { baseUrl: "http://127.0.0.1:1", version };
    expect(() => createGraphClient(options)).toThrow(
      expect.objectContaining({ code: "invalid_configuration" }),
    );
  });

  it.each(["..", "a/b", "1?x", "", "ä"])("the path piece %j", async (piece) => {
    const call = client("http://127.0.0.1:1").get({ ...message(), path: [piece] });
    await expect(call).rejects.toMatchObject({ code: "invalid_input" });
  });
});

function sized(head: string, body: string): string {
  return response(`${head}\r\ncontent-length: ${Buffer.byteLength(body, "latin1")}`, body);
}
