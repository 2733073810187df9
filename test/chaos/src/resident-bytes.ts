import { readFile } from "node:fs/promises";

/** The memory of a process that is in use, as the kernel counts it. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  if (kib === undefined) throw new Error(`The process ${pid} is gone.`);
  return Number(kib) * 1024;
}
