import { request } from "undici";
import type { GraphSimulator } from "../simulator/client.ts";
import { demoAccount } from "../simulator/demo-account.ts";
import { type GraphSimulatorOptions, startGraphSimulator } from "../simulator/start.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../simulator/webhook-receiver.ts";

/** A Graph answer as a test reads it. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of every shape
  body: any;
}

export interface Stage extends AsyncDisposable {
  simulator: GraphSimulator;
  receiver: WebhookReceiver;
  /** Calls the Graph API with the demo account's token, or another one. */
  graph(method: "GET" | "POST" | "DELETE", path: string, body?: object, token?: string): Promise<Answer>;
  /** Sends to the demo number's messages edge. */
  send(body: object): Promise<Answer>;
}

export const CUSTOMER = demoAccount.person.phone;
export const NUMBER = demoAccount.number.id;
export const WABA = demoAccount.waba.id;

/** A simulator with the demo account whose webhooks arrive at a receiver; statuses follow within milliseconds. */
export async function setStage(options: GraphSimulatorOptions = {}): Promise<Stage> {
  const simulator = await startGraphSimulator({
    randomSeed: 7,
    reviewMs: 20,
    ...options,
    statusTimes: { sentMs: 2, deliveredMs: 6, readMs: 12, ...options.statusTimes },
  });
  const receiver = await startWebhookReceiver({ appSecret: demoAccount.app.secret });
  await simulator.setCallback(demoAccount.app.id, receiver);
  const graph: Stage["graph"] = (method, path, body, token = demoAccount.token.value) =>
    callGraph(`${simulator.url}${path}`, method, token, body);
  return {
    simulator,
    receiver,
    graph,
    send: (body) => graph("POST", `/v25.0/${NUMBER}/messages`, body),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

export async function callGraph(
  url: string,
  method: "GET" | "POST" | "DELETE",
  token: string,
  body?: object,
): Promise<Answer> {
  const response = await request(url, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

const VALUES: Record<string, string> = {
  customer_name: "Sheena",
  order_code: "#1042",
  order_total: "€49.90",
  shop_name: "Lucky Shrub",
};

/** The order confirmation of the demo account; any part can be replaced. */
export function orderConfirmation(
  changes: Record<string, unknown> = {},
  template: Record<string, unknown> = {},
): object {
  return {
    messaging_product: "whatsapp",
    to: CUSTOMER,
    type: "template",
    template: {
      name: "order_confirmation",
      language: { code: "en" },
      components: [{ type: "body", parameters: namedParameters(Object.keys(VALUES)) }],
      ...template,
    },
    ...changes,
  };
}

export function namedParameters(names: string[]): object[] {
  return names.map((name) => ({ type: "text", parameter_name: name, text: VALUES[name] ?? name }));
}

export function textMessage(body: string, changes: Record<string, unknown> = {}): object {
  return { messaging_product: "whatsapp", to: CUSTOMER, type: "text", text: { body }, ...changes };
}
