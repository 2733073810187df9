import { cpus, totalmem, type } from "node:os";

/** Where a figure was measured: it means nothing elsewhere. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${memory} GiB, ${type()}, Node ${process.versions.node}`;
}
