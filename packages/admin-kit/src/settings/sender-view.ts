import type { SenderSummary } from "@webxkey/core/contract";
import type { Tone } from "../ui-kit/ui-kit.ts";

const STATE_TONES = {
  connecting: "info",
  connected: "success",
  token_invalid: "danger",
  app_secret_invalid: "danger",
  disconnected: "danger",
} as const satisfies Record<SenderSummary["state"], Tone>;

const QUALITY_TONES = {
  GREEN: "success",
  YELLOW: "warning",
  RED: "danger",
  UNKNOWN: "neutral",
} as const satisfies Record<SenderSummary["quality"], Tone>;

export function senderStateTone(state: SenderSummary["state"]): Tone {
  return STATE_TONES[state];
}

export function qualityTone(quality: SenderSummary["quality"]): Tone {
  return QUALITY_TONES[quality];
}

/** The states in which nothing can be sent until somebody enters credentials again. */
export function needsCredentials(
  state: SenderSummary["state"],
): state is "token_invalid" | "app_secret_invalid" | "disconnected" {
  return state === "token_invalid" || state === "app_secret_invalid" || state === "disconnected";
}
