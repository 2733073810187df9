import { readFile, readlink } from "node:fs/promises";

/** A process among all that ever had its pid. What a system does not tell is null. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine started, as proc(5) has it. */
  readonly startedAt: string | null;
  readonly bootId: string | null;
  /** Pids of one container mean nothing in another. */
  readonly pidNamespace: string | null;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const { pid } = process;
  const [stat, bootId, pidNamespace] = await Promise.all([
    statOf(pid),
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => null),
    readlink("/proc/self/ns/pid").catch(() => null),
  ]);
  return { pid, startedAt: stat?.startedAt ?? null, bootId: bootId?.trim() ?? null, pidNamespace };
}

/** Whether this very process still runs, on this machine: not a later one of the same pid, and not its remains. */
export async function isRunning({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  const stat = await statOf(pid);
  if (stat) return stat.alive && (startedAt === null || stat.startedAt === startedAt);
  // Without a proc file system only the pid can be asked for; EPERM is somebody else's process, and alive.
  if (startedAt !== null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** proc(5): state is the 3rd field and starttime the 22nd; the 2nd is a name in brackets that may hold anything. */
async function statOf(pid: number): Promise<{ alive: boolean; startedAt: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  if (state === undefined || startedAt === undefined) return undefined;
  return { alive: state !== "Z" && state !== "X", startedAt };
}
