import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { startExampleApi } from "../../preview/example-api.ts";
import { busyShop, message } from "../../preview/example-shop.ts";
import { createAdminClient } from "./admin-client.ts";
import { fieldProblem, isTransient, problemOf } from "./problem.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function exampleClient() {
  const shop = busyShop();
  const api = await startExampleApi(shop);
  closers.push(api.close);
  return { shop, api, client: createAdminClient({ baseUrl: api.url }) };
}

/** A server that answers everything in one way, as a proxy or a sign-in page does. */
async function clientOf(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return createAdminClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

test("reads and changes through paths, queries and bodies as the contract says", async () => {
  const { client, shop, api } = await exampleClient();
  expect(await client.messages.list({ state: "held", limit: 5 })).toEqual({
    messages: shop.messages.filter(({ state }) => state === "held"),
    next_cursor: null,
  });
  await client.rules.set({ rule_id: "order-refunded", active: true });
  expect(shop.rules.find(({ rule_id }) => rule_id === "order-refunded")?.active).toBe(true);
  await client.entities.timeline({ entity_type: "order", entity_ref: "a/b?c" });
  expect(api.asked.at(-1)).toBe("GET /v1/entities/order/a%2Fb%3Fc/timeline");
});

test("pages through a list by its cursor", async () => {
  const { client } = await exampleClient();
  const first = await client.messages.list({ limit: 4 });
  const second = await client.messages.list({ limit: 4, cursor: first.next_cursor ?? "" });
  expect([first.messages.length, second.messages.length, second.next_cursor]).toEqual([4, 3, null]);
});

test("carries the host's own sign-in with every request", async () => {
  const seen: Request[] = [];
  const client = createAdminClient({
    baseUrl: "http://127.0.0.1:1",
    fetch: async (request) => {
      seen.push(request);
      return Response.json({ synced: 0 });
    },
  });
  await client.templates.sync();
  expect(seen.map(({ credentials }) => credentials)).toEqual(["include"]);
});

test("input that the server refuses names each field at fault", async () => {
  const { client } = await exampleClient();
  const input = { waba_id: "x", phone_number_id: "1", app_id: "12345", app_secret: "s", access_token: "t" };
  const problem = await client.senders.connect(input).then(() => null, problemOf);
  expect(problem).toMatchObject({ status: 400, code: "invalid_input" });
  expect(problem?.fields.map(({ pointer }) => pointer)).toEqual(["/waba_id", "/phone_number_id"]);
  expect(fieldProblem(problem, "waba_id")).toContain("digits only");
  expect(fieldProblem(problem, "app_id")).toBeNull();
});

test("reads a problem document by its content type", async () => {
  const { client, api } = await exampleClient();
  const told = { status: 409, code: "conflict", title: "Too late", detail: "The message is sent, not held." };
  api.failNext("POST /v1/messages/", told);
  const { message_id } = message(6, "held");
  expect(await client.messages.release({ message_id }).catch(problemOf)).toEqual({ ...told, fields: [] });
});

test("a page of something in between is no answer, whatever its status", async () => {
  for (const status of [200, 302, 403, 502]) {
    const client = await clientOf((_request, response) => {
      response.writeHead(status, { "content-type": "text/html" });
      response.end("<h1>Sign in</h1>");
    });
    expect(await client.me.get().catch(problemOf)).toMatchObject({
      code: "unexpected_answer",
      status,
      title: null,
    });
  }
});

test("a session that the host ended is told apart from an answer that cannot be read (D 8.9)", async () => {
  const client = await clientOf((_request, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end('{"message":"Unauthorized"}');
  });
  expect(await client.me.get().catch(problemOf)).toMatchObject({ code: "signed_out", status: 401 });
});

test("a problem document of somebody else is not shown as ours", async () => {
  const client = await clientOf((_request, response) => {
    response.writeHead(500, { "content-type": "application/problem+json" });
    response.end('{"title":"no code","fields":"all"}');
  });
  expect(await client.me.get().catch(problemOf)).toMatchObject({
    code: "unexpected_answer",
    status: 500,
    fields: [],
  });
});

test("no answer at all is a problem of its own, and a passing one", async () => {
  const { client, api } = await exampleClient();
  await api.close();
  const problem = await client.me.get().then(() => null, problemOf);
  expect(problem).toMatchObject({ code: "unreachable", status: null });
  expect(problem && isTransient(problem)).toBe(true);
});

test("only what may pass by itself is worth another try", () => {
  const at = (status: number) => isTransient({ code: "x", status, title: null, detail: null, fields: [] });
  expect([400, 401, 403, 404, 409, 422, 429, 500, 503].filter(at)).toEqual([429, 500, 503]);
});
