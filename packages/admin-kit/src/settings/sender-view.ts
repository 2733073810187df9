import type { SenderSummary } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import type { Tone } from "../ui-kit/ui-kit.ts";

const STATE_TONES = {
  connecting: "info",
  connected: "success",
  token_invalid: "danger",
  app_secret_invalid: "danger",
  disconnected: "neutral",
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

/** The name of a number among several: as people dial it, else by the id that Meta gave it. */
export function numberLabel(
  { t }: Pick<I18n, "t">,
  { display_phone_number, phone_number_id }: SenderSummary,
): string {
  return display_phone_number ?? t("sender.unnamed", { id: phone_number_id });
}

/** Numbers that are connected or could be, the one that messages go from first, apart from those that were disconnected. */
export function byUse(senders: readonly SenderSummary[]) {
  const isOut = ({ state }: SenderSummary) => state === "disconnected";
  return {
    present: senders
      .filter((sender) => !isOut(sender))
      .toSorted((one, other) => Number(other.in_use) - Number(one.in_use)),
    out: senders.filter(isOut),
  };
}
