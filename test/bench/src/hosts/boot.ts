import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import getPort from "get-port";
import type { Host } from "./host.ts";
import { commandOf, type Environment, type InstalledHost } from "./installed-host.ts";

const POLL_MS = 10;
const BOOT_MS_MAX = 180_000;
const END_MS_MAX = 20_000;
const SAID_CHARS_MAX = 4_000;

export interface Boot {
  /** From the start of the process to its first healthy answer. */
  readonly ms: number;
  readonly hasPlugin: boolean;
}

/** Starts the built host in production, until it answers. */
export async function boot(host: Host, { directory, env }: InstalledHost, more: Environment): Promise<Boot> {
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [commandOf(host, directory), ...host.start(port)], {
    cwd: join(directory, host.builtFolder),
    env: { ...env, ...more, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let said = "";
  for (const output of [child.stdout, child.stderr])
    output.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID_CHARS_MAX);
    });
  try {
    while (!(await isHealthy(`${url}${host.healthPath}`))) {
      if (child.exitCode !== null || performance.now() - startedAt > BOOT_MS_MAX)
        throw new Error(`${host.name} did not start. The end of its log:\n${said}`);
      await pause(POLL_MS);
    }
    const ms = performance.now() - startedAt;
    return { ms, hasPlugin: (await fetch(`${url}${host.pluginPath}`)).status !== 404 };
  } finally {
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
    if (child.exitCode === null && child.signalCode === null) await ended;
    clearTimeout(patience);
  }
}

async function isHealthy(url: string): Promise<boolean> {
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
