import GreatDetail from "@great-detail/whatsapp";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { onConfig } from "@webxkey/chaos/child";
import { phoneOf } from "@webxkey/chaos/orders";
import { demoAccount } from "@webxkey/testing";
import express from "express";
import { Pool } from "undici";
import { WhatsAppAPI } from "whatsapp-api-js";
import { BodyComponent, BodyParameter, Template } from "whatsapp-api-js/messages";
import { componentsOf, TEMPLATE, templateOf, valuesOf } from "../template.ts";
import type { ClientName, LoopOrder, SdkLoopConfig } from "./clients.ts";
import { inLanes } from "./lanes.ts";
import { serveSide } from "./serve-side.ts";

type Send = (n: number) => Promise<unknown>;

const GRAPH_VERSION = "v25.0";
const { number, token } = demoAccount;

/** How each library sends the template by its own documentation; the base URL is all that differs from production. */
const SEND_WITH: Readonly<Record<ClientName, (graphUrl: string) => Send>> = {
  "@kapso/whatsapp-cloud-api": (graphUrl) => {
    const client = new WhatsAppClient({
      accessToken: token.value,
      baseUrl: graphUrl,
      graphVersion: GRAPH_VERSION,
    });
    return (n) =>
      client.messages.sendTemplate({
        phoneNumberId: number.id,
        to: phoneOf(n),
        template: {
          name: TEMPLATE.name,
          language: { code: TEMPLATE.language },
          components: componentsOf(n).map(({ type, parameters }) => ({
            type,
            parameters: parameters.map(({ parameter_name, ...rest }) => ({
              ...rest,
              parameterName: parameter_name,
            })),
          })),
        },
      });
  },
  // It knows one Graph URL, so that its own `fetch` option leads it to the simulator.
  "whatsapp-api-js": (graphUrl) => {
    const toSimulator = (url: string, init?: RequestInit) =>
      fetch(url.replace("https://graph.facebook.com", graphUrl), init);
    const client = new WhatsAppAPI({
      token: token.value,
      appSecret: demoAccount.app.secret,
      v: GRAPH_VERSION,
      ponyfill: { fetch: toSimulator as typeof fetch },
    });
    return (n) => {
      const values = valuesOf(n).map(([name, value]) => new BodyParameter(value, name));
      const [first, ...others] = values;
      if (!first) throw new Error("The template has no values.");
      return client.sendMessage(
        number.id,
        phoneOf(n),
        new Template(TEMPLATE.name, TEMPLATE.language, new BodyComponent(first, ...others)),
      );
    };
  },
  "@great-detail/whatsapp": (graphUrl) => {
    const client = new GreatDetail({
      prefixUrl: graphUrl,
      request: { headers: { Authorization: `Bearer ${token.value}` } },
    });
    return (n) =>
      client.message.createMessage({
        phoneNumberID: number.id,
        to: phoneOf(n),
        type: "template",
        template: templateOf(n),
      } as never);
  },
  undici: (graphUrl) => {
    const pool = new Pool(graphUrl, { connections: 256 });
    return async (n) => {
      const answer = await pool.request({
        method: "POST",
        path: `/${GRAPH_VERSION}/${number.id}/messages`,
        headers: { "content-type": "application/json", authorization: `Bearer ${token.value}` },
        body: JSON.stringify({
          messaging_product: "whatsapp",
          to: phoneOf(n),
          type: "template",
          template: templateOf(n),
        }),
      });
      if (answer.statusCode !== 200) throw new Error(await answer.body.text());
      await answer.body.json();
    };
  },
};

/** A loop over a library, and an Express webhook that answers 200 and stores nothing. */
onConfig<SdkLoopConfig>(async ({ client, graphUrl }) => {
  const send = SEND_WITH[client](graphUrl);
  let webhooks = 0;
  const app = express();
  app.get("/webhook", (request, response) => void response.send(request.query["hub.challenge"]));
  app.post("/webhook", express.json({ limit: "4mb" }), (_request, response) => {
    webhooks += 1;
    response.sendStatus(200);
  });
  return await serveSide(
    {
      async send(order: LoopOrder) {
        await inLanes(order, send);
        return {};
      },
      async heard() {
        return { webhooks };
      },
    },
    app,
  );
});
