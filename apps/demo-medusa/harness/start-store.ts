import { type Store, serve } from "@webxkey/demo-kit/process";
import getPort from "get-port";
import { type StoreEnvironment, spawnMedusa } from "./medusa-process.ts";

export type StartOptions = StoreEnvironment & {
  /** A free one unless given. */
  port?: number | undefined;
  /** What the process does: answer HTTP (`server`), subscribers and jobs (`worker`), or both (`shared`, the default). */
  mode?: "shared" | "server" | "worker" | undefined;
};

/**
 * Starts a built and prepared store as a production process of its own and returns when it answers.
 *
 * @example
 * await prepareStore({ databaseUrl });
 * await using store = await startStore({ databaseUrl });
 */
export async function startStore(options: StartOptions): Promise<Store> {
  const port = options.port ?? (await getPort({ host: "127.0.0.1" }));
  const url = `http://127.0.0.1:${port}`;
  const medusa = spawnMedusa(["start", "--host", "127.0.0.1", "--port", String(port)], {
    ...options,
    publicUrl: options.publicUrl ?? url,
    env: { MEDUSA_WORKER_MODE: options.mode ?? "shared", ...options.env },
  });
  return serve(medusa, url, "/health");
}
