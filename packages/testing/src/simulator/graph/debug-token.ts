import { missingParameter } from "../graph-errors.ts";
import type { Simulation } from "../simulation.ts";
import { invalidToken, tokenOf } from "./authorise.ts";
import { type GraphAnswer, type GraphCall, ok, refuse } from "./call.ts";

/** GET /debug_token, called with `{app-id}|{app-secret}` or with a token of the same app. */
// behaviour: debug-token
export function debugToken(sim: Simulation, call: GraphCall): GraphAnswer {
  const caller = tokenOf(call);
  const [appId, secret] = caller?.split("|") ?? [];
  const isApp = secret !== undefined && sim.world.apps.get(appId ?? "")?.secret === secret;
  const callerAppId = isApp ? appId : sim.world.tokens.get(caller ?? "")?.appId;
  if (callerAppId === undefined) return refuse(invalidToken());
  const input = call.query.get("input_token");
  if (input === null) return refuse(missingParameter("input_token"));
  const token = sim.world.tokens.get(input);
  if (!token || token.appId !== callerAppId) {
    return ok({
      data: { error: { code: 190, message: "Invalid OAuth access token." }, is_valid: false, scopes: [] },
    });
  }
  const isValid = token.expiresAtMs === undefined || token.expiresAtMs > call.atMs;
  const seconds = (ms: number | undefined) => (ms === undefined ? 0 : Math.floor(ms / 1000));
  return ok({
    data: {
      app_id: token.appId,
      type: "SYSTEM_USER",
      application: sim.world.apps.get(token.appId)?.name,
      data_access_expires_at: 0,
      expires_at: seconds(token.expiresAtMs),
      is_valid: isValid,
      issued_at: seconds(token.issuedAtMs),
      scopes: token.scopes,
      granular_scopes: token.scopes.map((scope) => ({ scope, target_ids: token.wabaIds })),
      user_id: token.userId,
      ...(isValid ? {} : { error: { code: 190, subcode: 463, message: "Session has expired." } }),
    },
  });
}
