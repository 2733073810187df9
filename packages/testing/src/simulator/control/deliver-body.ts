import type { z } from "zod";
import { describeDelivery } from "../describe.ts";
import type { Simulation } from "../simulation.ts";
import { SimulatorError } from "../simulator-error.ts";
import { callbackUrlProblem } from "../webhooks/callback-url.ts";
import type { SignatureFlaw } from "../webhooks/signature.ts";
import type { webhookBody } from "./bodies.ts";

/** Posts a body of the caller's own making, signed as Meta would sign it. */
export async function deliverBody(sim: Simulation, asked: z.output<typeof webhookBody>) {
  const app =
    asked.appId === undefined ? sim.world.apps.values().next().value : sim.world.apps.get(asked.appId);
  if (!app) throw new SimulatorError(404, `There is no app ${asked.appId ?? ""}. Seed it first.`);
  const [entry] = (asked.body["entry"] as { id?: string }[] | undefined) ?? [];
  const override = sim.world.wabas.get(entry?.id ?? "")?.subscriptions.get(app.id)?.overrideCallbackUri;
  const url = asked.url ?? override ?? app.callback?.url;
  if (url === undefined)
    throw new SimulatorError(409, `The app ${app.id} has no callback. Set one, or give a url.`);
  const problem = callbackUrlProblem(url);
  if (problem) throw new SimulatorError(400, `url: ${problem}`);
  return describeDelivery(await sim.outbox.post(app, url, asked.body, asked.flaw));
}

export async function redeliver(sim: Simulation, id: string, flaw: SignatureFlaw | undefined) {
  const delivery = sim.outbox.log.find(id);
  if (!delivery) throw new SimulatorError(404, `There is no webhook ${id} in the log.`);
  await sim.outbox.redeliver(delivery, flaw);
  return describeDelivery(delivery);
}
