import { demoAccount } from "@webxkey/testing";
import type { SampleOrderOptions, Wording } from "./host.ts";

/** Says who buys, through which API, and whether they tick the box beside these words. */
export function tellOfCheckout(
  api: string,
  { text }: Wording,
  { optIn, progress }: SampleOrderOptions,
): void {
  const [firstName] = demoAccount.person.name.split(" ");
  progress.step(
    `${firstName} buys tea through the ${api}, and ${optIn ? "ticks" : "does not tick"} this box:`,
  );
  progress.detail(`[${optIn ? "x" : " "}] ${text}`);
}
