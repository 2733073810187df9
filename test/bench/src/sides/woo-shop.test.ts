import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { startProcess } from "@webxkey/chaos/start-process";
import { expect, onTestFinished, test } from "vitest";
import { sideOf } from "../stage.ts";
import type { Posted, WooShopConfig } from "./woo-shop.ts";

const COUNT = 20;
const PER_SECOND = 100;
const SECRET = "an example";

test("a shop posts at its own pace however long the answers take, and each wait counts from when it was due", async () => {
  const held: ServerResponse[] = [];
  const orders = new Set<string>();
  let signed = 0;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const signature = createHmac("sha256", SECRET).update(body).digest("base64");
    if (request.headers["x-wc-webhook-signature"] === signature) signed += 1;
    orders.add(String((JSON.parse(body.toString()) as { id: number }).id));
    held.push(response);
    // Nothing is answered before all have come: a shop that waits for answers would never get here.
    if (held.length === COUNT)
      for (const [n, one] of held.entries()) one.writeHead(n === 0 ? 500 : 200).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const config: WooShopConfig = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/connectors/example`,
    secret: SECRET,
  };
  const process = startProcess<{ url: string }>(new URL("./woo-shop.ts", import.meta.url), config);
  await using shop = sideOf(process, (await process.ready).url);
  await shop.order("sign", { count: COUNT });
  const { waitsMs, refused } = await shop.order<Posted>("post", { count: COUNT, perSecond: PER_SECOND });
  expect(waitsMs).toHaveLength(COUNT);
  const tooShort = waitsMs.filter((ms, n) => !(ms >= ((COUNT - 1 - n) * 1_000) / PER_SECOND));
  expect(tooShort).toEqual([]);
  expect([orders.size, signed]).toEqual([COUNT, COUNT]);
  expect(refused).toEqual([{ order: expect.any(Number), status: 500 }]);
});
