import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo, type LookupFunction } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../kernel/clock.ts";
import { createPlatformClients, type PlatformClientOptions } from "./platform-client.ts";

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function clients(options: Partial<PlatformClientOptions> = {}) {
  const made = createPlatformClients({ privateHosts: [], clock: systemClock, ...options });
  cleanups.push(() => made.close());
  return made;
}

/** A server on this machine that counts who connects. */
async function server(answer: http.RequestListener, host = "127.0.0.1") {
  const seen = { connections: 0, requests: [] as http.IncomingMessage[] };
  const listening = http.createServer((request, response) => {
    seen.requests.push(request);
    answer(request, response);
  });
  listening.on("connection", () => seen.connections++);
  listening.listen(0, host);
  await once(listening, "listening");
  cleanups.push(() => {
    listening.closeAllConnections();
    return new Promise((resolve) => listening.close(resolve));
  });
  return { port: (listening.address() as AddressInfo).port, seen };
}

const json =
  (body: unknown): http.RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
const LOCAL = { privateHosts: ["127.0.0.1"] };
const get = { method: "GET", path: "orders/1" } as const;

/** Names that lead to these addresses, one list a look-up; the last stays. */
function namesLeadTo(...answers: readonly (readonly string[])[]): LookupFunction & { asked(): number } {
  let asked = 0;
  const lookup: LookupFunction = (_hostname, _options, answer) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    answer(
      null,
      addresses.map((address) => ({ address, family: net.isIP(address) })),
    );
  };
  return Object.assign(lookup, { asked: () => asked });
}

describe("the address", () => {
  test.each([
    "http://shop.example/",
    "ftp://shop.example/",
    "https://user:secret@shop.example/",
    "https://shop.example/api",
    "https://shop.example/?key=1",
    "https://shop.example/#x",
    "shop.example",
    "",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/",
    "https://100.64.1.1/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
  ])("%s may not be called", (baseUrl) => {
    expect(() => clients().to(baseUrl)).toThrow(expect.objectContaining({ code: "platform_refused" }));
  });

  test("a port of its own is for a host that the operator named (D 6.11)", () => {
    for (const baseUrl of [
      "https://shop.example:8443/",
      "https://203.0.114.7:22/",
      "https://shop.example:80/",
    ])
      expect(() => clients().to(baseUrl)).toThrow(expect.objectContaining({ code: "platform_refused" }));
    expect(() => clients().to("https://shop.example:443/")).not.toThrow();
    expect(() => clients({ privateHosts: ["shop.example"] }).to("https://shop.example:8443/")).not.toThrow();
  });

  test("plain http is for a loopback address that the operator named, and for nothing else", () => {
    const named = clients({ privateHosts: ["127.0.0.1", "odoo.lan", "10.0.0.7"] });
    expect(() => named.to("http://127.0.0.1:8069/")).not.toThrow();
    for (const baseUrl of ["http://odoo.lan/", "http://10.0.0.7/", "http://127.0.0.2/"])
      expect(() => named.to(baseUrl), baseUrl).toThrow();
    expect(() => named.to("https://10.0.0.7/")).not.toThrow();
  });

  test.each([
    ["a loopback address", ["127.0.0.1"]],
    ["a private address", ["10.0.0.1"]],
    ["the metadata address", ["169.254.169.254"]],
    ["a mapped address", ["::ffff:127.0.0.1"]],
    ["a private one beside a public one", ["93.184.216.34", "127.0.0.1"]],
    ["none", []],
  ])("a name that leads to %s is refused before anything is connected", async (_what, addresses) => {
    const lookup = namesLeadTo(addresses);
    const asked = clients({ lookup }).to("https://shop.example/").request(get);
    await expect(asked).rejects.toMatchObject({
      code: "platform_refused",
      message: expect.stringContaining("WEBXKEY_PRIVATE_PLATFORM_HOSTS"),
    });
    expect(lookup.asked()).toBe(1);
  });

  test("a name that changes its address after it was looked at gains nothing: each connection asks anew", async () => {
    const { port } = await server(
      (_request, response) => void response.writeHead(200, { connection: "close" }).end(),
    );
    const lookup = namesLeadTo(["127.0.0.1"], ["169.254.169.254"]);
    const client = clients({ privateHosts: ["localhost"], lookup }).to(`http://localhost:${port}/`);
    expect(await client.request(get)).toMatchObject({ status: 200 });
    await expect(client.request(get)).rejects.toMatchObject({ code: "platform_refused" });
    expect(lookup.asked()).toBe(2);
  });

  test("a name that the operator named may lead to a private address, but never to the metadata address", async () => {
    const { port, seen } = await server(json({}));
    const named = { privateHosts: ["shop.example"] };
    const reached = clients({ ...named, lookup: namesLeadTo(["127.0.0.1"]) });
    // Connected, and refused there because the server speaks no TLS.
    await expect(reached.to(`https://shop.example:${port}/`).request(get)).rejects.toThrow();
    expect(seen.connections).toBe(1);
    const metadata = clients({ ...named, lookup: namesLeadTo(["169.254.169.254"]) });
    await expect(metadata.to(`https://shop.example:${port}/`).request(get)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });

  test.each([
    "/orders",
    "//evil.example/",
    "https://evil.example/",
    "../admin",
    "a/../../admin",
    "..%2f/../../x",
  ])("the path %s does not lead out of it", async (path) => {
    const { port, seen } = await server(json({}));
    const client = clients(LOCAL).to(`http://127.0.0.1:${port}/api/`);
    await expect(client.request({ method: "GET", path })).rejects.toMatchObject({ code: "platform_refused" });
    expect(seen.requests).toEqual([]);
  });
});

describe("an answer", () => {
  async function ask(answer: http.RequestListener, options: Partial<PlatformClientOptions> = {}) {
    const { port, seen } = await server(answer);
    const client = clients({ ...LOCAL, ...options }).to(`http://127.0.0.1:${port}/api/`);
    return { asked: client.request(get), seen };
  }

  test("is read as JSON, with its status and headers", async () => {
    const { asked, seen } = await ask((_request, response) =>
      response.writeHead(404, { "content-type": "application/json", "x-pages": "7" }).end('{"id":1}'),
    );
    const { status, headers, body } = await asked;
    expect([status, headers.get("x-pages"), body]).toEqual([404, "7", { id: 1 }]);
    expect(seen.requests[0]?.url).toBe("/api/orders/1");
  });

  test.each([
    ["is a page", "text/html", "<p>Sign in</p>"],
    ["is cut", "application/json", '{"id":'],
    ["begins with a notice", "application/json", '<b>Notice</b>: x in <b>/srv/a.php</b><br />{"id":1}'],
  ])("that %s has no body", async (_what, type, text) => {
    const { asked } = await ask((_request, response) =>
      response.writeHead(200, { "content-type": type }).end(text),
    );
    expect((await asked).body).toBeUndefined();
  });

  test.each([
    ["would poison an object", '{"id":1,"meta":{"__proto__":{"a":1}}}', { id: 1, meta: {} }],
    ["nests too deep", `{"meta":${"[".repeat(40)}${"]".repeat(40)},"id":1}`, { id: 1 }],
  ])("that %s in one field is read without it (D 9.4)", async (_what, text, expected) => {
    const { asked } = await ask((_request, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(text),
    );
    expect((await asked).body).toMatchObject(expected);
  });

  test.each([301, 302, 303, 307, 308])(
    "that redirects (%d) is not followed, and says where to (D 9.15)",
    async (status) => {
      const elsewhere = await server(json({}));
      const { asked } = await ask((_request, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
      );
      await expect(asked).rejects.toMatchObject({
        code: "platform_redirects",
        message: `It redirects to http://127.0.0.1:${elsewhere.port}.`,
      });
      expect(elsewhere.seen.connections).toBe(0);
    },
  );

  test("that is too large is given up", async () => {
    const { asked } = await ask(json({ text: "x".repeat(5_000) }), { limits: { responseBytesMax: 4_000 } });
    await expect(asked).rejects.toMatchObject({ code: "answer_too_large" });
  });

  test.each<[string, http.RequestListener]>([
    ["never comes", () => undefined],
    ["drips without an end", (_request, response) => void response.writeHead(200).write("{")],
    ["breaks off", (request) => void request.socket.destroy()],
  ])("that %s is given up in time, to be tried again", async (_what, answer) => {
    const { asked } = await ask(answer, { limits: { deadlineMs: 300 } });
    await expect(asked).rejects.toMatchObject({ code: "platform_unavailable" });
  });
});
