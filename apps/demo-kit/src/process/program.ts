import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { inherited, testLogDirectory } from "../env.ts";

const LIFELINE = new URL("./lifeline.ts", import.meta.url).href;
const LOG_CHARS_KEPT = 200_000;
const LOG_TAIL_CHARS = 4_000;

/** Nobody listens there: a store that was given no simulator reaches no Graph API at all. */
export const NO_GRAPH_API = "http://127.0.0.1:9";

export type ProgramOptions = {
  /** What Node runs, and its arguments. */
  args: readonly string[];
  directory: string;
  /** All of its environment; nothing but PATH and HOME is inherited from this process. */
  env: Record<string, string | undefined>;
  /** What its log is called, without the process id and the ending. */
  logName: string;
};

/** A process of a store: its server, or a command that prepares it. */
export type Program = {
  pid: number;
  /** The last 200,000 characters that the process wrote. All of it is in `WEBXKEY_TEST_LOG_DIR` where that is set. */
  logs(): string;
  /** The end of them, for a message about what went wrong. */
  lastWords(): string;
  running(): boolean;
  /** Resolves with the exit code, or null after a signal. */
  exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
};

/** Runs a platform's command line as a process of its own, which ends with this one however this one ends. */
export function spawnProgram({ args, directory, env, logName }: ProgramOptions): Program {
  const child = spawn(process.execPath, ["--import", LIFELINE, ...args], {
    cwd: directory,
    env: { ...inherited, ...env },
    // A group of its own: Ctrl-C is for the process that started it, which then stops it in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  if (child.pid === undefined) throw new Error(`Node could not be started in ${directory}.`);
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const logs = keepLogs(child, `${logName}-${child.pid}.log`);
  return {
    pid: child.pid,
    logs,
    lastWords: () => logs().slice(-LOG_TAIL_CHARS),
    running: () => child.exitCode === null && child.signalCode === null,
    exited,
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

function keepLogs(child: ChildProcess, fileName: string): () => string {
  if (testLogDirectory) mkdirSync(testLogDirectory, { recursive: true });
  const file = testLogDirectory
    ? createWriteStream(join(testLogDirectory, fileName), { flags: "a" })
    : undefined;
  let kept = "";
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding("utf8").on("data", (text: string) => {
      kept = (kept + text).slice(-LOG_CHARS_KEPT);
      file?.write(text);
    });
  }
  child.once("close", () => file?.end());
  return () => kept;
}
