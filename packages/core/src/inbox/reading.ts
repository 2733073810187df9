import type { ChannelFact, InboundFact } from "../channels/facts.ts";
import { type OptReading, readSaid } from "../consent/index.ts";

/** Kinds in which somebody says START to the shop, outside of groups; a STOP counts in any. */
const OPT_IN_KINDS: readonly InboundFact["messageKind"][] = ["text", "button", "interactive"];

/** The meaning of a person's message for whether they are written to, wherever in it they say so. */
export function readingOf({ messageKind, said, groupId }: InboundFact): OptReading {
  const reading = readSaid(said.map(({ as, text }) => ({ as, text: text.reveal() })));
  const isToShop = OPT_IN_KINDS.includes(messageKind) && groupId === undefined;
  return reading === "opt_in" && !isToShop ? "none" : reading;
}

/** What may mean stop pauses the person's messages: it is no less urgent than a plain STOP. */
export function asksToStop(fact: ChannelFact): boolean {
  if (fact.kind === "user_preference") return fact.preference === "stop";
  return fact.kind === "inbound" && ["opt_out", "unsure"].includes(readingOf(fact));
}
