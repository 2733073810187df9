import type { GraphPhoneNumber } from "../meta/index.ts";
import type { SenderLimits } from "./sender-store.ts";

/** Meta's messages a second for one number, on its page about throughput. */
const STANDARD_PER_SECOND = 80;
const HIGH_PER_SECOND = 1_000;

/** Meta's tiers of unique people within 24 hours; one that is not listed here is the smallest, until Meta says more. */
const TIERS: Readonly<Record<string, number | null>> = {
  TIER_50: 50,
  TIER_250: 250,
  TIER_1K: 1_000,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: null,
};
const UNKNOWN_TIER_RECIPIENTS_MAX = 250;

/** What Meta lets a number do, from what the Graph API says of it. Without a word about people there is no limit to keep. */
export function limitsOf({
  throughputLevel,
  messagingLimit,
}: Pick<GraphPhoneNumber, "throughputLevel" | "messagingLimit">): SenderLimits {
  const tier = messagingLimit === undefined ? null : TIERS[messagingLimit];
  return {
    perSecond: throughputLevel === "HIGH" ? HIGH_PER_SECOND : STANDARD_PER_SECOND,
    recipientsMax: tier === undefined ? UNKNOWN_TIER_RECIPIENTS_MAX : tier,
  };
}
