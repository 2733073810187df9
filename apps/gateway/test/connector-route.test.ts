import { createHmac, timingSafeEqual } from "node:crypto";
import {
  createLog,
  createMessaging,
  defineConnector,
  type PlatformEntities,
  postgres,
  sampleEvent,
  secret,
  type WebhookConnector,
} from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { createApp } from "../src/server/app.ts";
import { listen } from "../src/server/listen.ts";
import { call } from "./installation.ts";
import { runCli } from "./run-process.ts";

/** A platform that nobody runs: its body is the id of an order or a wish of the law, signed in hex. */
const biscuits: WebhookConnector<object> = {
  id: "biscuits",
  name: "Biscuits",
  settings: z.strictObject({}),
  proof: {
    kind: "signature",
    isSigned: (headers) => headers.has("x-signature"),
    verify: ({ headers, body }, secrets) => {
      const given = Buffer.from(headers.get("x-signature") ?? "", "hex");
      return secrets.some((one) => {
        const expected = createHmac("sha256", one.reveal()).update(body).digest();
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },
  },
  told: ({ body }) => {
    const id = Buffer.from(body).toString();
    const [, kind] = /^wish (access|erase_person)/.exec(id) ?? [];
    if (kind === "access" || kind === "erase_person") {
      const person = { phone: "+16505550162", customerRef: "8", orderRefs: ["order_1"] };
      return { kind: "privacy", wish: { kind, key: id, person } };
    }
    return {
      kind: "acts",
      acts: [{ hostEvent: "sold", payload: id }],
      entities: [{ kind: "order", id, value: id }],
    };
  },
  connector: ({ source }) =>
    defineConnector<PlatformEntities>({
      id: "biscuits",
      source,
      events: {
        sold: {
          facts: (payload) => [{ key: `sold:${payload}`, type: "sold", entityId: String(payload) }],
          read: async (fact) => ({
            ...sampleEvent("order.placed"),
            id: fact.key,
            source,
            time: new Date().toISOString(),
          }),
        },
      },
    }),
  fieldOf: () => undefined,
};

const opened = new AsyncDisposableStack();
const lines: string[] = [];
let url: string;
let ownerKey: string;
let connection: { connection_id: string; webhook_url: string; webhook_secret: string };

beforeAll(async () => {
  const { name, ownerKey: key } = inject("preparedDatabase");
  ownerKey = key;
  const connectionString = await createDatabase(inject("postgresUrl"), undefined, name);
  const serving: { messaging?: ReturnType<typeof createMessaging>; draining: boolean } = { draining: false };
  const server = await listen(createApp(serving, { https: false }), { host: "127.0.0.1", port: 0 });
  opened.defer(() => server.cut());
  url = `http://127.0.0.1:${server.port}`;
  const messaging = createMessaging({
    storage: postgres({ connectionString }),
    rootKey: secret(inject("rootKey")),
    workspace: { id: "main", name: "Main" },
    rules: [],
    wordings: [],
    webhookUrl: `${url}/v1/meta/webhook`,
    connectors: [biscuits],
    connectorsUrl: `${url}/v1/connectors`,
    log: createLog({ level: "debug", destination: { write: (line) => void lines.push(line) } }),
  });
  opened.defer(() => messaging.close());
  serving.messaging = messaging;
  const { status, body } = await call({ url }, "POST", "/v1/connections", {
    key: ownerKey,
    body: { connector: "biscuits", name: "Biscuits", settings: {} },
  });
  expect(status).toBe(201);
  connection = body as typeof connection;
});
afterAll(() => opened.disposeAsync());

async function post(to: string, body: string, key = connection.webhook_secret): Promise<Response> {
  const signature = createHmac("sha256", key).update(body).digest("hex");
  return await fetch(to, { method: "POST", body, headers: { "x-signature": signature } });
}

const run = (...line: string[]) => runCli(line, { env: { WEBXKEY_URL: url, WEBXKEY_API_KEY: ownerKey } });
const cli = (...line: string[]) => run("connection", ...line, "--json");

test("a shop posts to its address without a key, and its signature decides", async () => {
  expect((await post(connection.webhook_url, "order_1")).status).toBe(200);
  const forged = await post(connection.webhook_url, "order_2", "guessed");
  expect([forged.status, await forged.json()]).toMatchObject([401, { code: "bad_signature" }]);
});

test("an address stands in no answer, no log line and no metric, whether it leads somewhere or not", async () => {
  const address = connection.webhook_url.slice(-22);
  const nobodys = "A".repeat(22);
  const answers = [
    await post(connection.webhook_url, "order_3"),
    await post(connection.webhook_url, "order_3", "guessed"),
    await post(connection.webhook_url, " ".repeat(2 * 1024 * 1024)),
    await post(`${url}/v1/connectors/${nobodys}`, "order_3"),
    await fetch(connection.webhook_url),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 413, 404, 405]);
  const metrics = await (
    await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ownerKey}` } })
  ).text();
  expect(metrics).toContain('webxkey_http_requests_total{route="/v1/connectors/{connection}",status="401"}');
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(lines.length).toBeGreaterThan(0);
  for (const hidden of [address, nobodys])
    expect([...texts, ...lines, metrics].join("\n")).not.toContain(hidden);
});

test("the command line lists connections, rotates what leaked and ends one", async () => {
  const listed = JSON.parse((await cli("list")).stdout) as { connections: object[]; connectors: object[] };
  expect(listed.connectors).toMatchObject([{ id: "biscuits", name: "Biscuits", signed: true }]);
  expect(listed.connections).toMatchObject([{ connection_id: connection.connection_id, state: "active" }]);
  const id = connection.connection_id;
  const rotated = JSON.parse((await cli("rotate-address", id)).stdout) as typeof connection;
  expect((await post(rotated.webhook_url, "order_4")).status).toBe(200);
  const renewed = JSON.parse((await cli("rotate-secret", id)).stdout) as typeof connection;
  expect((await post(rotated.webhook_url, "order_5", renewed.webhook_secret)).status).toBe(200);
  expect(JSON.parse((await cli("pause", id)).stdout)).toMatchObject({ state: "paused" });
  expect(JSON.parse((await cli("resume", id)).stdout)).toMatchObject({ state: "active" });
  expect(JSON.parse((await cli("retry", id)).stdout)).toEqual({ retried: 0, found: null });
  expect((await cli("remove", id)).code).toBe(1);
  expect((await cli("remove", id, "--yes")).code).toBe(0);
  expect((await post(rotated.webhook_url, "order_6", renewed.webhook_secret)).status).toBe(404);
});

test("the command line shows what people ask for by law and by when, answers a wish to know, and closes no erasure", async () => {
  const { body } = await call({ url }, "POST", "/v1/connections", {
    key: ownerKey,
    body: { connector: "biscuits", name: "Ginger nuts", source: "/shop/ginger", settings: {} },
  });
  const shop = body as typeof connection;
  expect((await run("privacy", "list")).stdout).toBe("Nobody asked for anything.\n");
  for (const wish of ["wish access", "wish erase_person"])
    expect((await post(shop.webhook_url, wish, shop.webhook_secret)).status).toBe(200);
  const listed = (await run("privacy", "list")).stdout;
  const idOf = (asks: string) =>
    new RegExp(`^(\\S+) +${asks} +/shop/ginger +\\S+Z +open `, "m").exec(listed)?.[1] ?? "";
  const [toKnow, toBeErased] = [idOf("to know what is kept"), idOf("to be erased")];
  expect((await run("privacy", "show", toKnow)).stdout).toMatch(
    /^Asks to know what is kept: open\.\nFrom \/shop\/ginger \(biscuits\), received \S+Z, due \S+Z\.\nAbout customer 8; phone \+1\*+62; orders order_1\.\n$/,
  );
  const note = ["--note", "by registered post"];
  expect((await run("privacy", "answer", toKnow)).code).toBe(2);
  expect((await run("privacy", "answer", toKnow, ...note)).stdout).toMatch(
    /: answered\.\n[\s\S]*\nAnswered by owner at \S+Z: by registered post\n$/,
  );
  const refused = await run("privacy", "answer", toBeErased, ...note);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("closed by erasing alone")]);
  expect((await run("privacy", "show", toBeErased)).stdout).toContain("It stays open until they are erased.");
});
