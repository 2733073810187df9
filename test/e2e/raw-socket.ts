import { once } from "node:events";
import { connect } from "node:net";

const ANSWER_MS_MAX = 30_000;

/** A connection that sends what a well-behaved client would not: a body that is still on its way when its answer comes. */
export interface RawConnection extends Disposable {
  write(bytes: string | Buffer): Promise<void>;
  /** The status of the first answer; 0 when the connection ended without one. */
  readonly status: Promise<number>;
  /** An answer came, or the connection ended. */
  over(): boolean;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const answered = Promise.withResolvers<number>();
  let received = "";
  let over = false;
  const finish = (): void => {
    over = true;
    answered.resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0));
  };
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    if (received.includes("\r\n\r\n")) finish();
  });
  socket.on("error", finish).on("close", finish);
  socket.setTimeout(ANSWER_MS_MAX, finish);
  return {
    // A write to a connection that the other side ended fails: the answer tells what there is to know.
    write: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    status: answered.promise,
    over: () => over,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
