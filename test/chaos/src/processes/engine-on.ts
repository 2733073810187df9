import {
  createMessaging,
  type Messaging,
  type OnStep,
  postgres,
  type SendWindows,
  secret,
  starterRules,
} from "@webxkey/core";
import { WORDING } from "../orders.ts";
import { BURST_FLOOR_PER_HOUR } from "../windows.ts";
import { processLog } from "./env.ts";

/** Everything that a process needs to be part of the installation under test. Plain JSON. */
export type EngineConfig = {
  readonly connectionString: string;
  readonly rootKey: string;
  readonly graphUrl: string;
  readonly webhookUrl: string;
  readonly windows: SendWindows;
  /** How far this process's clock is off, in milliseconds. */
  readonly clockSkewMs?: number;
};

export const WORKSPACE_ID = "shop";
export const OWNER = "user_owner";

/** The engine as a production process makes it: PostgreSQL, the starter pack, nothing replaced but the clock where asked. */
export function engineOn(config: EngineConfig, name: string, onStep?: OnStep): Messaging {
  const { clockSkewMs = 0 } = config;
  return createMessaging({
    storage: postgres({ connectionString: config.connectionString }),
    rootKey: secret(config.rootKey),
    workspace: { id: WORKSPACE_ID, name: "Lucky Shrub", ownerUserId: OWNER },
    rules: starterRules,
    wordings: [WORDING],
    graphUrl: config.graphUrl,
    webhookUrl: config.webhookUrl,
    windows: config.windows,
    burstFloorPerHour: BURST_FLOOR_PER_HOUR,
    clock: { now: () => new Date(Date.now() + clockSkewMs) },
    log: processLog(name),
    ...(onStep && { onStep }),
  });
}
