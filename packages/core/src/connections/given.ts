import { fieldProblems, type WebhookConnector } from "../events/index.ts";
import { isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";
import { parseUntrustedJson } from "../kernel/json.ts";
import type { Secret } from "../kernel/secret.ts";
import type { PollPorts } from "./poll.ts";

// Checks of the values that a merchant gives for a connection. Each refusal names the field.

/** Settings as JSON values, which the connector's schema has not read yet. */
export type SettingsInput = Readonly<Record<string, unknown>>;

export function requirePlatform(platforms: PollPorts["platforms"], connector: string): WebhookConnector {
  const platform = platforms.get(connector);
  if (platform) return platform;
  const known = [...platforms.keys()].join(", ") || "none";
  throw invalid("/connector", `This gateway has no connector of this name. It has: ${known}.`);
}

export function requireSettings(
  clients: PollPorts["clients"],
  platform: WebhookConnector,
  settings: SettingsInput,
): void {
  // As they will be read again.
  const read = platform.settings.safeParse(parseUntrustedJson(JSON.stringify(settings)));
  if (!read.success) {
    throw new WebxkeyError("invalid_input", {
      detail: "Correct the fields named here.",
      fields: fieldProblems(read.error, ["settings"]),
    });
  }
  if (!platform.api) return;
  try {
    clients.to(platform.api.baseUrl(read.data));
  } catch (cause) {
    throw isWebxkeyError(cause) ? invalid("/settings", cause.message, cause) : cause;
  }
}

export function requireSecret({ proof }: WebhookConnector, given: Secret): void {
  const detail = proof.kind === "signature" ? proof.secretProblem?.(given) : undefined;
  if (detail) throw invalid("/webhook_secret", detail);
}

export function invalid(pointer: string, detail: string, cause?: unknown): WebxkeyError {
  return new WebxkeyError("invalid_input", { detail, fields: [{ pointer, detail }], cause });
}
