import { statfsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { WebxkeyError } from "../kernel/errors.ts";

/** Magic numbers of statfs(2) whose files another machine can write, where a lock of this machine's kernel holds nobody off. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9P"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x0bd00bd0, "Lustre"],
  [0x19830326, "FhGFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x47504653, "GPFS"],
]);

/** The name of a network file system by its statfs type, which some systems give as a signed number. */
export function networkFileSystemOf(statfsType: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(statfsType >>> 0);
}

/** @throws WebxkeyError `invalid_configuration` where the directory lies on a network file system that can be told. */
export async function requireLocalFileSystem(directory: string): Promise<void> {
  const { type } = await statfs(directory);
  const name = networkFileSystemOf(type);
  if (name === undefined) return;
  throw new WebxkeyError("invalid_configuration", {
    detail: `The data directory lies on ${name}, a network file system, where no lock keeps a second machine out. Choose a local disk, or set DATABASE_URL.`,
  });
}

export function freeBytesAt(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
