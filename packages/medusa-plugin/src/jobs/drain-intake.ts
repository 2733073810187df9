import type { MedusaContainer } from "@medusajs/framework/types";
import { runtimeOf } from "../engine/index.ts";

/** What a process that only answers HTTP stored is found here by one that works. */
const DRAIN_INTERVAL_MS = 5_000;

export default async function drainIntake(container: MedusaContainer): Promise<void> {
  await runtimeOf(container).drain();
}

export const config = { name: "webxkey-drain-intake", schedule: { interval: DRAIN_INTERVAL_MS } };
