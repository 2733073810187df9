import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { listen } from "./listen.ts";

/** A server with shorter limits than the real one's, which answers when it has read the whole body. */
async function listening(limits: Partial<ServerLimits>) {
  const server = await listen(
    (request, response) => void request.resume().once("end", () => response.end("read")),
    { host: "127.0.0.1", port: 0, limits: { ...SERVER_LIMITS, checkMs: 50, ...limits } },
  );
  onTestFinished(server.cut);
  return server;
}

test("a body that comes too slowly ends in 408", async () => {
  const { port } = await listening({ headersMs: 200, requestMs: 300 });
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("a connection that says nothing is ended", async () => {
  const { port } = await listening({ headersMs: 200, requestMs: 300 });
  const socket = connect(port, "127.0.0.1");
  expect(await text(socket)).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
});

test("connections beyond the cap are not taken, and one that ends makes room", async () => {
  const { port } = await listening({ connectionsMax: 2 });
  const kept = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  await Promise.all(kept.map((socket) => once(socket, "connect")));
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } }).then(
      (response) => response.status,
      () => "refused",
    );
  expect(await ask()).toBe("refused");
  kept[0]?.destroy();
  await expect.poll(ask, { timeout: 10_000 }).toBe(200);
});
