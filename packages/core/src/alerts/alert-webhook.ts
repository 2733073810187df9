import { createHmac } from "node:crypto";
import { request } from "undici";
import { signingBytes } from "../access/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Secret } from "../kernel/secret.ts";
import type { AlertOutlet } from "./outlet.ts";

const REQUEST_MS_MAX = 10_000;

export interface AlertWebhookOptions {
  /** https, or http on this machine. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64, as the receiver's library takes it. */
  readonly secret: Secret;
  readonly clock?: Clock;
}

/**
 * Posts each alert as JSON, signed as Standard Webhooks 1.0.0 asks (https://www.standardwebhooks.com). `webhook-id` is the
 * alert's id and stays the same when a delivery is repeated. Any answer but 2xx is a failure; a redirect is not followed.
 *
 * @throws WebxkeyError `invalid_configuration` for an address that would carry alerts over a network in plain text.
 */
export function alertWebhook({ url, secret, clock = systemClock }: AlertWebhookOptions): AlertOutlet {
  requireCovered(url);
  return {
    name: "webhook",
    async deliver({ alertId, workspace, cause, sentence, raisedAt }) {
      const body = JSON.stringify({
        type: "alert.raised",
        timestamp: raisedAt.toISOString(),
        data: { alert_id: alertId, workspace_id: workspace.id, workspace: workspace.name, cause, sentence },
      });
      const timestamp = Math.floor(clock.now().getTime() / 1_000).toString();
      const signature = createHmac("sha256", signingBytes(secret))
        .update(`${alertId}.${timestamp}.${body}`)
        .digest("base64");
      const answer = await request(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "webhook-id": alertId,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signature}`,
        },
        signal: AbortSignal.timeout(REQUEST_MS_MAX),
      });
      // Taken is taken, whatever becomes of the body.
      await answer.body.dump().catch(() => undefined);
      if (answer.statusCode >= 200 && answer.statusCode < 300) return;
      throw new WebxkeyError("internal", { detail: `The alert webhook answered ${answer.statusCode}.` });
    },
  };
}

function requireCovered(url: string): void {
  const { protocol, hostname } = URL.parse(url) ?? {};
  const isHere = hostname !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && isHere)) return;
  const detail = "The address of the alert webhook must be https; plain http is for this machine alone.";
  throw new WebxkeyError("invalid_configuration", { detail });
}
