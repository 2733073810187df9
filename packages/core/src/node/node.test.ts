import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { toNodeListener } from "./node.ts";

const MB = 1024 * 1024;

/** A server that refuses every body after its first piece, and the port it listens on. */
async function refusing(): Promise<number> {
  const listener = toNodeListener(async ({ body }) => {
    for await (const _piece of body as AsyncIterable<Uint8Array>) break;
    return Response.json({ title: "Too large" }, { status: 413 });
  });
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Sends the head and some of the body, and reads nothing until that is written, as a sender who only looks when it has ended. */
async function sendAndThenRead(announced: number, sent: number): Promise<string> {
  const socket = connect(await refusing(), "127.0.0.1").pause();
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${announced}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.write(Buffer.alloc(sent, "x"), (error) => (error ? reject(error) : resolve()));
  });
  return await text(socket);
}

test("a sender that is refused while it is still writing reads the refusal, and then the connection ends", async () => {
  const answer = await sendAndThenRead(24 * MB, 24 * MB);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  expect(answer.endsWith('{"title":"Too large"}')).toBe(true);
});

test("a refused sender that never ends its body is not waited for", async () => {
  expect(await sendAndThenRead(24 * MB, MB)).toMatch(/^HTTP\/1\.1 413 /);
});
