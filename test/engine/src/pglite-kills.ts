import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a PGlite process says: the rows it found, the row it has just committed, or how its question was answered. */
export type Fact =
  | { found: number[]; keys: number[] }
  | { acknowledged: number }
  | { code: string; ms: number };

export interface PgliteProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The next line, or undefined when there will be none. */
  next(): Promise<Fact | undefined>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export function startPgliteProcess(what: "write" | "ask", dataDir: string, times = 1): PgliteProcess {
  const script = fileURLToPath(new URL("./pglite-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, what, dataDir, String(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    child,
    async next() {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as Fact);
    },
    kill,
    [Symbol.asyncDispose]: () =>
      child.exitCode === null && child.signalCode === null ? kill() : Promise.resolve(),
  };
}

export interface Refusal {
  /** The error's code and its sentence; `opened` where there was none. */
  readonly code: string;
  readonly ms: number;
}

/** Asks for the directory from a process of its own, so many times. */
export async function askFrom(dataDir: string, times = 1): Promise<Refusal[]> {
  await using asker = startPgliteProcess("ask", dataDir, times);
  const answers: Refusal[] = [];
  for (let fact = await asker.next(); fact; fact = await asker.next()) {
    if ("code" in fact) answers.push(fact);
  }
  return answers;
}

/**
 * While one process writes, two others ask for its directory, so many times together (goal R17). Then it is killed, and what
 * it had acknowledged is looked for.
 */
export async function askWhileOwned(
  dataDir: string,
  times: number,
): Promise<{ ownerPid: number; answers: Refusal[]; acknowledged: number; lost: number }> {
  await using owner = startPgliteProcess("write", dataDir);
  await owner.next();
  const half = Math.floor(times / 2);
  const answers = await Promise.all([askFrom(dataDir, half), askFrom(dataDir, times - half)]);
  await owner.kill();
  const acknowledged = new Set<number>();
  for (let fact = await owner.next(); fact; fact = await owner.next()) {
    if ("acknowledged" in fact) acknowledged.add(fact.acknowledged);
  }
  await using heir = startPgliteProcess("write", dataDir);
  return {
    ownerPid: owner.child.pid ?? 0,
    answers: answers.flat(),
    acknowledged: acknowledged.size,
    lost: missingOf(acknowledged, await heir.next()),
  };
}

/** How many acknowledged rows a process that has just opened the directory did not find in both databases. */
function missingOf(acknowledged: ReadonlySet<number>, first: Fact | undefined): number {
  if (!first || !("found" in first)) throw new Error(`The writer began with ${JSON.stringify(first)}.`);
  const found = new Set(first.found);
  const keys = new Set(first.keys);
  return [...acknowledged].filter((n) => !found.has(n) || !keys.has(n)).length;
}

/**
 * Kills a process that writes on PGlite so many times, each time after a number of acknowledged rows that `pick` chooses, and
 * counts what of them the next process does not find (goal R16). A row that was written and not acknowledged may be there.
 */
export async function killPgliteWriters(
  dataDir: string,
  kills: number,
  pick: (upTo: number) => number = (upTo) => Math.floor(Math.random() * upTo),
): Promise<{ kills: number; acknowledged: number; lost: number }> {
  const acknowledged = new Set<number>();
  let lost = 0;
  for (let kill = 0; kill <= kills; kill++) {
    await using writer = startPgliteProcess("write", dataDir);
    lost += missingOf(acknowledged, await writer.next());
    const rows = kill === kills ? 0 : 1 + pick(60);
    for (let row = 0; row < rows; row++) {
      const fact = await writer.next();
      if (!fact || !("acknowledged" in fact)) throw new Error(`The writer said ${JSON.stringify(fact)}.`);
      acknowledged.add(fact.acknowledged);
    }
    await writer.kill();
    // What it had printed when it was killed was acknowledged too.
    for (let fact = await writer.next(); fact; fact = await writer.next()) {
      if ("acknowledged" in fact) acknowledged.add(fact.acknowledged);
    }
  }
  return { kills, acknowledged: acknowledged.size, lost };
}
