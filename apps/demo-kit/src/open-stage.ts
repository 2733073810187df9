import { once } from "node:events";
import { createServer } from "node:net";
import { startGraphSimulator } from "@webxkey/testing";
import type { Ports } from "./env.ts";
import type { DemoHost, Stage, StoreOptions } from "./host.ts";

export type StageOptions = Pick<StoreOptions, "staysOpen" | "progress"> & { ports: Ports };

/** Starts the Graph simulator and a store that was never used, each on the loopback address. */
export async function openStage(
  { command, openStore }: DemoHost,
  { ports, staysOpen, progress }: StageOptions,
): Promise<Stage> {
  await requireFree(ports.shop, "PORT", command);
  await requireFree(ports.simulator, "SIMULATOR_PORT", command);
  await using opening = new AsyncDisposableStack();

  progress.step("Starting the Graph simulator, which stands in for Meta");
  const simulator = opening.use(await startGraphSimulator({ port: ports.simulator }));
  progress.detail(`Phone view ${simulator.url}/`);

  const port = ports.shop === 0 ? undefined : ports.shop;
  const store = opening.use(await openStore({ graphUrl: simulator.url, port, staysOpen, progress }));

  const opened = opening.move();
  return { simulator, store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** @throws Error that says how to choose another port. 0 is any free one. */
async function requireFree(port: number, variable: string, command: string): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, "127.0.0.1"), "listening");
  } catch (cause) {
    throw new Error(
      `Port ${port} of 127.0.0.1 is in use. End what uses it, or choose another: ${variable}=${port + 1} ${command}`,
      { cause },
    );
  }
  probe.close();
  await once(probe, "close");
}
