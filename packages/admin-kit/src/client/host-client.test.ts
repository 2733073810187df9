import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { startExampleApi } from "../../preview/example-api.ts";
import { exampleMapping } from "../../preview/example-mapping.ts";
import { busyShop } from "../../preview/example-shop.ts";
import { createHostClient } from "./host-client.ts";
import { problemOf } from "./problem.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function exampleClient() {
  const shop = busyShop();
  const api = await startExampleApi(shop);
  closers.push(api.close);
  return { shop, api, client: createHostClient({ baseUrl: api.url }) };
}

test("reads, tries and saves a mapping at the host's routes", async () => {
  const { shop, api, client } = await exampleClient();
  const mapping = { ...exampleMapping(), account: null };
  expect((await client.mapping.read()).mapping).toEqual(exampleMapping());
  expect((await client.mapping.preview(mapping)).entries).toEqual(shop.mapping.entries);
  await client.mapping.save(mapping);
  expect((await client.mapping.read()).mapping).toEqual(mapping);
  expect(api.asked).toEqual(["GET /mapping", "POST /mapping/preview", "PUT /mapping", "GET /mapping"]);
});

test("lists what was given up, and tries it again", async () => {
  const { shop, client } = await exampleClient();
  shop.parked = 2;
  expect((await client.intake.list()).waiting).toHaveLength(2);
  await client.intake.retry();
  expect((await client.intake.list()).waiting).toEqual([]);
});

test("a refused mapping names the places at fault", async () => {
  const { api, client } = await exampleClient();
  const fields = [{ pointer: "/order/fields/phone/0", detail: "phone is a password and is never read." }];
  const refused = { status: 400, code: "invalid_input", title: "The input is not valid", detail: "Mend it." };
  api.failNext("PUT /mapping", { ...refused, fields });
  expect(await client.mapping.save(exampleMapping()).then(() => null, problemOf)).toEqual({
    ...refused,
    fields,
  });
});

test("is signed in as the host signs, at an address with or without a slash at its end", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization, request.url);
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"waiting":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const client = createHostClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webxkey/`,
    fetch: (request) => fetch(new Request(request, { headers: { authorization: "Bearer token" } })),
  });
  await client.intake.list();
  expect(seen).toEqual(["Bearer token", "/webxkey/intake"]);
});
