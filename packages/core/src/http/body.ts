import { WebxkeyError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import { releaseBytes } from "../kernel/release-bytes.ts";
import type { HttpRequest } from "./http-request.ts";

/**
 * The memory that all bodies share while they are read and worked on. A limit per body is not enough: 250 strangers who each
 * send the largest body would take a gigabyte before the first signature is checked.
 */
export interface BodyRoom {
  /** What one request takes of the room; disposing it gives everything back. */
  open(): RoomShare;
}

export interface RoomShare extends Disposable {
  /** @throws WebxkeyError `overloaded` when the bodies of other requests fill the room. */
  take(bytes: number): void;
}

export function createBodyRoom(bytesMax: number): BodyRoom {
  let taken = 0;
  return {
    open() {
      let own = 0;
      return {
        take(bytes) {
          if (taken + bytes > bytesMax) {
            throw new WebxkeyError("overloaded", {
              detail: "Too many large bodies are being read. Send this one again in a moment.",
            });
          }
          taken += bytes;
          own += bytes;
        },
        [Symbol.dispose]() {
          taken -= own;
          own = 0;
        },
      };
    },
  };
}

/**
 * Reads a body's exact bytes up to a limit, within the memory that all bodies share.
 * @throws WebxkeyError `body_too_large` before more than the limit is kept, `overloaded` when the room is full,
 * `invalid_input` when the sender left before the end: nobody hears that answer, and it is no failure of ours.
 */
export async function readBody(
  request: HttpRequest,
  { bytesMax, share, log }: { readonly bytesMax: number; readonly share: RoomShare; readonly log: Log },
): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  const tooLarge = () => new WebxkeyError("body_too_large", { detail: `Send at most ${bytesMax} bytes.` });
  if (announced > bytesMax) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  try {
    let size = 0;
    for await (const piece of arriving(request.body, log)) {
      pieces.push(piece);
      size += piece.byteLength;
      if (size > bytesMax) throw tooLarge();
      share.take(piece.byteLength);
    }
    return Buffer.concat(pieces);
  } finally {
    for (const piece of pieces) releaseBytes(piece);
  }
}

async function* arriving(
  body: NonNullable<HttpRequest["body"]>,
  log: Log,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    log.debug("http.aborted", { error: cause });
    throw new WebxkeyError("invalid_input", { detail: "The body broke off before its end.", cause });
  }
}
