import { invalidParameter } from "../graph-errors.ts";
import type { Simulation } from "../simulation.ts";
import { callbackUrlProblem } from "../webhooks/callback-url.ts";
import type { App, Waba } from "../world.ts";
import { type GraphAnswer, type GraphCall, ok, readFields, refuse } from "./call.ts";

const CHALLENGE_DIGITS = 10;

/** GET /{waba-id}/subscribed_apps */
export function listSubscribedApps(sim: Simulation, waba: Waba): GraphAnswer {
  const data = [...waba.subscriptions.keys()].flatMap((id) => {
    const app = sim.world.apps.get(id);
    return app ? [subscriptionOf(waba, app)] : [];
  });
  return ok({ data });
}

/** POST /{waba-id}/subscribed_apps; an empty body also removes an earlier override. */
// behaviour: subscribe-app
export async function subscribeApp(
  sim: Simulation,
  waba: Waba,
  app: App,
  call: GraphCall,
): Promise<GraphAnswer> {
  const fields = { ...Object.fromEntries(call.query), ...readFields(call) } as Record<string, unknown>;
  const url = fields["override_callback_uri"];
  if (url === undefined || url === "") {
    waba.subscriptions.set(app.id, { appId: app.id });
    sim.changed();
    return ok({ success: true });
  }
  // behaviour: override-needs-subscription
  if (!waba.subscriptions.has(app.id)) {
    return refuse(
      invalidParameter(
        "Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp Business Account",
      ),
    );
  }
  const problem = await verifyCallback(sim, String(url), String(fields["verify_token"] ?? ""));
  if (problem) return refuse(problem);
  waba.subscriptions.set(app.id, { appId: app.id, overrideCallbackUri: String(url) });
  sim.changed();
  return ok({ success: true, data: [subscriptionOf(waba, app)] });
}

/** DELETE /{waba-id}/subscribed_apps */
export function unsubscribeApp(sim: Simulation, waba: Waba, app: App): GraphAnswer {
  waba.subscriptions.delete(app.id);
  sim.changed();
  return ok({ success: true });
}

/** Why Meta would not take this callback, after asking it for the challenge. */
export async function verifyCallback(sim: Simulation, url: string, verifyToken: string) {
  const problem = callbackUrlProblem(url);
  if (problem) return invalidParameter(`Invalid callback URI: ${problem}.`);
  const failure = await sim.poster.handshake(url, verifyToken, sim.ids.numeric(CHALLENGE_DIGITS));
  if (failure === undefined) return undefined;
  return {
    http: 400,
    code: 2200,
    message: `(#2200) Callback verification failed with the following errors: ${failure}`,
  };
}

function subscriptionOf(waba: Waba, app: App): object {
  const url = waba.subscriptions.get(app.id)?.overrideCallbackUri;
  return {
    ...(url === undefined ? {} : { override_callback_uri: url }),
    whatsapp_business_api_data: {
      id: app.id,
      name: app.name,
      link: `https://www.facebook.com/games/?app_id=${app.id}`,
    },
  };
}
