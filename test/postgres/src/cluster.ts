import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { access, chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import getPort, { portNumbers } from "get-port";
import pg from "pg";
import { type Binaries, findBinaries } from "./binaries.ts";

const run = promisify(execFile);

const START_MS_MAX = 60_000;
const START_POLL_MS = 25;
const LOG_TAIL_CHARS = 2_000;
/** Not `webxkey`: PostgreSQL puts unqualified tables into the schema that is named like the role, and that is the engine's. */
const USER = "tester";

export type ClusterOptions = {
  /** `true` keeps fsync as production has it. `false` survives `kill -9` but not a power cut, and is faster. */
  durable: boolean;
  /**
   * Where the data is kept after `stop`. Without it the data lives under the temporary directory and goes.
   * As root the server runs as `nobody`, who must be able to reach this directory.
   */
  dataDir?: string | undefined;
  /** Where the server log goes. Without it it is kept beside the data and goes with it. */
  logFile?: string | undefined;
};

export type Cluster = {
  url: string;
  /** Sends a signal to the postmaster and returns when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and data; a running server is shut down in order first. */
  restart(): Promise<void>;
  /** Shuts down in order and removes what is not kept. */
  stop(): Promise<void>;
};

/** Below the ports that systems give to whoever asks for any: those of a server that is down must still be free when it comes back. */
const PORTS = { from: 20_000, to: 32_000 };

function lastingPort(): Promise<number> {
  const from = randomInt(PORTS.from, PORTS.to);
  return getPort({ host: "127.0.0.1", port: portNumbers(from, PORTS.to) });
}

/** Makes a database directory where there is none, and serves it on 127.0.0.1. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const runDir = await mkdtemp(join(tmpdir(), "webxkey-postgres-"));
  await chmod(runDir, 0o755);
  const dataDir = options.dataDir ?? join(runDir, "data");
  const logFile = options.logFile ?? join(runDir, "server.log");
  let server: ChildProcess | undefined;

  async function removeRunDir(): Promise<void> {
    await rm(runDir, { recursive: true, force: true });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, "exit");
    ending.kill(signal);
    await exited;
  }

  try {
    const binaries = await findBinaries(runDir);
    const password = await makeDataDir(binaries, dataDir, runDir);
    const port = await lastingPort();
    const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
    const start = async () => {
      server = await serve({ binaries, dataDir, logFile, port, url, durable: options.durable });
    };
    await start();

    return {
      url,
      kill: end,
      async restart() {
        await end("SIGINT");
        await start();
      },
      async stop() {
        await end("SIGINT");
        await removeRunDir();
      },
    };
  } catch (error) {
    await end("SIGKILL");
    await removeRunDir();
    throw error;
  }
}

/** Returns the password, which is kept in the data directory because a kept directory keeps its password. */
async function makeDataDir({ initdb, owner }: Binaries, dataDir: string, runDir: string): Promise<string> {
  const kept = join(dataDir, "webxkey-password");
  if (await exists(join(dataDir, "PG_VERSION"))) return readFile(kept, "utf8");

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const password = randomBytes(12).toString("hex");
  const passwordFile = join(runDir, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) {
    await chown(dataDir, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  // The builtin provider sorts the same way whatever locales the machine has.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const login = ["--auth=scram-sha-256", `--username=${USER}`, `--pwfile=${passwordFile}`];
  await run(initdb, [`--pgdata=${dataDir}`, ...locale, ...login, "--no-sync"], { ...owner, cwd: "/" });
  await writeFile(kept, password, { mode: 0o600 });
  await rm(passwordFile);
  return password;
}

type Serving = {
  binaries: Binaries;
  dataDir: string;
  logFile: string;
  port: number;
  url: string;
  durable: boolean;
};

/** What a start says while the children of a killed postmaster are still ending; they go by themselves. */
const OLD_CHILDREN = /pre-existing shared memory block .* is still in use/;

async function serve(serving: Serving): Promise<ChildProcess> {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    try {
      return await serveOnce(serving);
    } catch (error) {
      if (!OLD_CHILDREN.test(String(error)) || Date.now() > deadline) throw error;
      await delay(START_POLL_MS);
    }
  }
}

async function serveOnce({ binaries, dataDir, logFile, port, url, durable }: Serving): Promise<ChildProcess> {
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    ...(durable ? [] : ["fsync=off", "full_page_writes=off"]),
  ];
  const flags = settings.flatMap((setting) => ["-c", setting]);
  const log = openSync(logFile, "a");
  const server = spawn(binaries.postgres, ["-D", dataDir, "-p", String(port), ...flags], {
    ...binaries.owner,
    cwd: "/",
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let failure: Error | undefined;
  server.once("error", (error) => {
    failure = error;
  });

  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    if (failure || server.exitCode !== null || server.signalCode !== null) break;
    if (await answers(url)) return server;
    await delay(START_POLL_MS);
  }
  server.kill("SIGKILL");
  const tail = (await readFile(logFile, "utf8")).slice(-LOG_TAIL_CHARS);
  throw new Error(`PostgreSQL did not start on 127.0.0.1:${port}. The end of its log:\n${tail}`, {
    cause: failure,
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
