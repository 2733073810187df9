import { readdir, readFile } from "node:fs/promises";

/** What Linux counts a processor's time in, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of its children that are gone. */
  readonly childTicks: number;
}

/** Processor seconds of a process so far, with its children, those that are gone among them. */
export async function processorSeconds(pid: number): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = (await Promise.all(pids.map((one) => statOf(Number(one))))).filter(
    (one) => one !== undefined,
  );
  const own = stats.find((one) => one.pid === pid);
  if (!own) throw new Error(`The process ${pid} is gone.`);
  const children = stats.filter(({ parent }) => parent === pid);
  const ticks = [own, ...children].reduce((sum, one) => sum + one.ticks + one.childTicks, 0);
  return ticks / TICKS_PER_SECOND;
}

export async function parentOf(pid: number): Promise<number> {
  const stat = await statOf(pid);
  if (!stat) throw new Error(`The process ${pid} is gone.`);
  return stat.parent;
}

/** Undefined where the process has ended meanwhile. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // "pid (name) state parent …"; the name may hold anything, so the fields are counted from behind it (proc_pid_stat(5)).
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { pid, parent, ticks: user + system, childTicks: childUser + childSystem };
}
