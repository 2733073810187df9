import type { SendStep } from "@webxkey/core";
import { CANNOT_START, onConfig, tell } from "./child.ts";
import { type EngineConfig, engineOn } from "./engine-on.ts";

/** At which step of the send path the process sends itself a signal, and at which passing of that step. */
export type Ambush = {
  readonly step: SendStep;
  readonly passing: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
};

export type WorkerConfig = EngineConfig & { readonly ambush?: Ambush };

/** A worker process. It says `working` at its first look for work, so that a kill can be aimed. */
onConfig<WorkerConfig>(async (config) => {
  const { ambush } = config;
  let passed = 0;
  let told = false;
  const messaging = engineOn(config, "worker", (step) => {
    if (!told) {
      told = true;
      tell({ working: true });
    }
    if (step !== ambush?.step) return;
    passed += 1;
    if (passed === ambush.passing) process.kill(process.pid, ambush.signal);
  });
  // A worker that starts while the database is away says so only in its log: asked first, so that the process ends instead.
  await messaging.installedAt().catch(() => process.exit(CANNOT_START));
  const worker = messaging.startWorker();
  process.once("SIGTERM", () => {
    void worker
      .stop()
      .then(() => messaging.close())
      .finally(() => process.exit(0));
  });
  return {};
});
