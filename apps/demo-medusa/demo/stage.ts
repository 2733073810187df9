import { once } from "node:events";
import { createServer } from "node:net";
import { startPostgres } from "@webxkey/test-postgres";
import { type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { prepareStore, type Store, startStore } from "../harness/index.ts";
import type { Progress } from "./progress.ts";

/** Everything that runs while the demo does. Disposing of it ends all processes and removes their data. */
export type Stage = AsyncDisposable & {
  databaseUrl: string;
  simulator: GraphSimulator;
  store: Store;
};

export type Ports = { shop: number; simulator: number };

/** Starts PostgreSQL, the Graph simulator and a store that was never used, each on the loopback address. */
export async function openStage(ports: Ports, progress: Progress): Promise<Stage> {
  await requireFree(ports.shop, "PORT");
  await requireFree(ports.simulator, "SIMULATOR_PORT");
  await using opening = new AsyncDisposableStack();

  progress.step("Starting PostgreSQL 18, with its data in a temporary directory");
  const postgres = opening.use(await startPostgres({ durable: true }));
  const databaseUrl = await postgres.createDatabase("shop");

  progress.step("Starting the Graph simulator, which stands in for Meta");
  const simulator = opening.use(await startGraphSimulator({ port: ports.simulator }));
  progress.detail(`Phone view ${simulator.url}/`);

  progress.step("Migrating the store and the engine, adding two products and the owner (about 20 s)");
  await prepareStore({ databaseUrl });

  progress.step("Starting the store");
  const port = ports.shop === 0 ? undefined : ports.shop;
  const store = opening.use(await startStore({ databaseUrl, graphUrl: simulator.url, port }));

  const opened = opening.move();
  return { databaseUrl, simulator, store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** @throws Error that says how to choose another port. 0 is any free one. */
async function requireFree(port: number, variable: string): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, "127.0.0.1"), "listening");
  } catch (cause) {
    throw new Error(
      `Port ${port} of 127.0.0.1 is in use. End what uses it, or choose another: ${variable}=${port + 1} npm run demo`,
      { cause },
    );
  }
  probe.close();
  await once(probe, "close");
}
