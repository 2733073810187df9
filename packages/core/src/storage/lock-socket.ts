import { type FileHandle, open } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { platform } from "node:os";
import { join } from "node:path";

/** Longer than the kernel ever takes on one machine; what does not say no by then counts as an owner. */
const PROBE_MS_MAX = 250;

/** A socket that listens as long as its process lives. */
export interface LockSocket {
  close(): Promise<void>;
}

/** Listens at `<directory>/<token>.sock`. Nobody speaks on it: that it listens is all it says. */
export async function listenOnLockSocket(directory: string, token: string): Promise<LockSocket> {
  const place = await reach(directory);
  const server = createServer((connection) => connection.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path: place.pathOf(`${token}.sock`) }, resolve);
    });
  } catch (error) {
    await place.leave();
    throw error;
  }
  // A lock alone keeps no process alive.
  server.unref();
  return {
    async close() {
      // Node removes the file, for which the directory must still be in reach.
      await new Promise((resolve) => server.close(resolve));
      await place.leave();
    },
  };
}

/**
 * Asks the kernel whether somebody listens. A stopped process answers too, because its backlog takes the connection;
 * `unknown` is anything but a clear yes or no.
 */
export async function probeLockSocket(
  directory: string,
  token: string,
): Promise<"answers" | "refused" | "unknown"> {
  const place = await reach(directory).catch(() => undefined);
  if (!place) return "unknown";
  const { promise, resolve } = Promise.withResolvers<"answers" | "refused" | "unknown">();
  const connection = createConnection({ path: place.pathOf(`${token}.sock`) });
  const timer = setTimeout(() => resolve("answers"), PROBE_MS_MAX);
  connection.once("connect", () => resolve("answers"));
  connection.once("error", (error: NodeJS.ErrnoException) => {
    // EAGAIN: there is a listener whose backlog is full.
    const said = { ECONNREFUSED: "refused", EAGAIN: "answers" } as const;
    resolve(said[error.code as keyof typeof said] ?? "unknown");
  });
  const answer = await promise;
  clearTimeout(timer);
  connection.destroy();
  await place.leave();
  return answer;
}

interface Place {
  pathOf(name: string): string;
  leave(): Promise<void>;
}

/** A socket's path may have about 100 bytes only; on Linux an open directory has a short one, however deep it lies. */
async function reach(directory: string): Promise<Place> {
  if (platform() !== "linux") {
    return { pathOf: (name) => join(directory, name), leave: async () => undefined };
  }
  const handle: FileHandle = await open(directory);
  return { pathOf: (name) => `/proc/self/fd/${handle.fd}/${name}`, leave: () => handle.close() };
}
