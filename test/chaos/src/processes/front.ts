import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConsentClaim } from "@webxkey/core";
import { toNodeListener } from "@webxkey/core/node";
import type { Order } from "../orders.ts";
import { onConfig } from "./child.ts";
import { type EngineConfig, engineOn } from "./engine-on.ts";

export type FrontConfig = EngineConfig & { readonly port: number };

/** The shop's side: takes publications and Meta's webhooks, and never sends. An answer of 200 is the acknowledgement. */
onConfig<FrontConfig>(async (config) => {
  const messaging = engineOn(config, "front");
  const webhooks = toNodeListener(messaging.handler);
  const server = createServer((request, response) => {
    if (request.url !== "/publish") return void webhooks(request, response);
    publish(request).then(
      (intents) => response.end(JSON.stringify(intents)),
      (error: unknown) => {
        response.writeHead(503);
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });

  async function publish(request: IncomingMessage) {
    const { event, claims } = JSON.parse(await bodyOf(request)) as Order;
    const dated = claims.map((claim) => ({ ...claim, occurredAt: new Date(String(claim["occurredAt"])) }));
    const { intents } = await messaging.publish(event, { claims: dated as unknown as ConsentClaim[] });
    return intents.map(({ messageId }) => ({ messageId }));
  }

  server.listen(config.port, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port };
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
