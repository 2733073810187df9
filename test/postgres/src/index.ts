import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { ClusterOptions } from "./cluster.ts";
import type { Answer, Command } from "./server-process.ts";

export type PostgresOptions = Partial<Omit<ClusterOptions, "logFile">>;

export type PostgresServer = AsyncDisposable & {
  /** Connection string of the superuser on the database `postgres`. */
  url: string;
  /** The same login on another database. */
  connectionString(database: string): string;
  /** Makes an empty database and returns its connection string. */
  createDatabase(name?: string): Promise<string>;
  /** Sends a signal to the postmaster, `SIGKILL` unless told, and returns when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and data, after `kill` or in place of a running server. */
  restart(): Promise<void>;
  /** Shuts the server down and removes its files, unless `dataDir` was given. */
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL 18 on 127.0.0.1, as root or not, from npm packages alone.
 *
 * The server and its files go when `stop` is called or when this process ends, however it ends.
 *
 * @example
 * await using postgres = await startPostgres();
 * const connectionString = await postgres.createDatabase("shop");
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const owner = forkOwner();
  const start: ClusterOptions = { durable: false, ...options, logFile: logFile() };
  const url = await owner.ask({ command: "start", options: start }).catch((error: unknown) => {
    owner.release();
    throw error;
  });

  async function stop(): Promise<void> {
    if (!owner.connected()) return;
    await owner.ask({ command: "stop" });
    owner.release();
  }

  return {
    url,
    connectionString: (database) => connectionString(url, database),
    createDatabase: (name) => createDatabase(url, name),
    async kill(signal = "SIGKILL") {
      await owner.ask({ command: "kill", signal });
    },
    async restart() {
      await owner.ask({ command: "restart" });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * Makes a database on a running server, under a name of its own unless one is given: empty, or a copy of a `template`
 * database that nobody is connected to.
 */
export async function createDatabase(
  serverUrl: string,
  name = uniqueName(),
  template = "template1",
): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(
      `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)}`,
    );
  } finally {
    await client.end();
  }
  return connectionString(serverUrl, name);
}

function connectionString(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

function uniqueName(): string {
  return `test_${randomBytes(6).toString("hex")}`;
}

/** In a checked run the server's own log is kept too, so that it can be searched for what must not be there. */
function logFile(): string | undefined {
  const dir = process.env["WEBXKEY_TEST_LOG_DIR"];
  if (!dir) return undefined;
  mkdirSync(dir, { recursive: true });
  return join(dir, `postgres-${process.pid}-${randomBytes(3).toString("hex")}.log`);
}

function forkOwner() {
  // Detached: Ctrl-C in a terminal goes to the whole group, and the server must outlive the tests' last words.
  const child = fork(new URL("./server-process.ts", import.meta.url), {
    detached: true,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  let queue: Promise<unknown> = Promise.resolve();

  /** One command at a time; while one is under way this process is kept alive. */
  function ask(command: Command): Promise<string> {
    const asked = queue.then(
      () =>
        new Promise<string>((resolve, reject) => {
          const settle = (act: () => void) => {
            child.off("message", onMessage);
            child.off("exit", onExit);
            child.channel?.unref();
            act();
          };
          const onMessage = (answer: Answer) =>
            settle(() => ("url" in answer ? resolve(answer.url) : reject(new Error(answer.error))));
          const onExit = () =>
            settle(() => reject(new Error(`The PostgreSQL process ended during "${command.command}".`)));
          child.on("message", onMessage);
          child.on("exit", onExit);
          child.channel?.ref();
          child.send(command);
        }),
    );
    queue = asked.catch(() => {});
    return asked;
  }

  return {
    ask,
    connected: () => child.connected,
    release: () => {
      if (child.connected) child.disconnect();
    },
  };
}
