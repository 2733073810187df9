import type { ConfigModule } from "@medusajs/framework/types";
import type { Environment } from "../env.ts";

/**
 * Whether this process may drain and send. Medusa starts modules in its commands too (`exec`, `user`, `db:migrate`), and
 * marks those by setting the environment's worker mode to `server`, also where the store's own configuration says `shared`.
 */
export function worksHere(config: ConfigModule, env: Environment): boolean {
  return config.projectConfig.workerMode !== "server" && env["MEDUSA_WORKER_MODE"] !== "server";
}
