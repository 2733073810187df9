import { type Cluster, type ClusterOptions, startCluster } from "./cluster.ts";

/**
 * The process that owns one PostgreSQL server. It lives exactly as long as the process that forked it: however
 * that one ends (return, Ctrl-C, uncaught error, `kill -9`), the channel closes, and the server and its files go.
 */

export type Command =
  | { command: "start"; options: ClusterOptions }
  | { command: "kill"; signal: NodeJS.Signals }
  | { command: "restart" }
  | { command: "stop" };

export type Answer = { url: string } | { error: string };

let cluster: Promise<Cluster> | undefined;

process.on("message", async (command: Command) => {
  try {
    const { url } = await obey(command);
    answer({ url });
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
});

process.once("disconnect", leave);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);

async function obey(command: Command): Promise<Cluster> {
  if (command.command === "start") cluster = startCluster(command.options);
  if (!cluster) throw new Error("The PostgreSQL server was not started.");
  const running = await cluster;
  if (command.command === "kill") await running.kill(command.signal);
  if (command.command === "restart") await running.restart();
  if (command.command === "stop") await running.stop();
  return running;
}

async function leave(): Promise<void> {
  // A start under way is waited for: its files are known only when it ends.
  await cluster?.then(
    (running) => running.stop(),
    () => {},
  );
  process.exit(0);
}

function answer(message: Answer): void {
  if (process.connected) process.send?.(message);
}
