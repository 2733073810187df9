import type { MedusaContainer } from "@medusajs/framework/types";
import { runtimeOf } from "../engine/index.ts";

const SWEEP_INTERVAL_MS = 60_000;

export default async function sweepStore(container: MedusaContainer): Promise<void> {
  await runtimeOf(container).sweep();
}

export const config = { name: "webxkey-sweep-store", schedule: { interval: SWEEP_INTERVAL_MS } };
