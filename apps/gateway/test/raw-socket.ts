import { once } from "node:events";
import { connect } from "node:net";

const ANSWER_MS_MAX = 15_000;

/** A connection that says exactly what it is told: what a well-behaved client would never send can only be sent this way. */
export interface RawConnection extends Disposable {
  write(bytes: string | Buffer): Promise<void>;
  /** The status of the first answer; 0 when the connection ended without one. */
  readonly status: Promise<number>;
  /** An answer came, or the connection ended. */
  over(): boolean;
  [Symbol.dispose](): void;
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

/** Sends one request, whatever it is, and tells the status of its answer. */
export async function statusOf(url: string, ...bytes: readonly (string | Buffer)[]): Promise<number> {
  using connection = await openRaw(url);
  for (const one of bytes) await connection.write(one);
  return await connection.status;
}

/** The head of a request, each line ended as HTTP wants it. */
export function headOf(...lines: readonly string[]): string {
  return `${[...lines, "Host: gateway.test"].join("\r\n")}\r\n\r\n`;
}
