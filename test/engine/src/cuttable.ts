import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** A way through which somebody is reached, and which can be cut: what is open breaks, and what comes is turned away. */
export interface Cuttable extends AsyncDisposable {
  readonly port: number;
  /** Connections that were refused so far. */
  readonly turnedAway: number;
  cut(): void;
  mend(): void;
  /** Breaks what is open and goes on. */
  breakOpen(): void;
}

/** @param targetPort asked at each connection; undefined where nobody is there. */
export async function cuttable(targetPort: () => number | undefined): Promise<Cuttable> {
  const open = new Set<Socket>();
  let isCut = false;
  let turnedAway = 0;
  const server = createServer((near) => {
    const port = isCut ? undefined : targetPort();
    if (port === undefined) {
      turnedAway += 1;
      return void near.destroy();
    }
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const breakOpen = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get turnedAway() {
      return turnedAway;
    },
    cut() {
      isCut = true;
      breakOpen();
    },
    breakOpen,
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      breakOpen();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
