import { WebxkeyError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { HttpRequest } from "./http-request.ts";

/**
 * Reads a body's exact bytes up to a limit.
 * @throws WebxkeyError `body_too_large` before more than the limit is kept, `invalid_input` where the sender left before the
 * end: nobody hears that answer, and it is no failure of ours.
 */
export async function readBody(request: HttpRequest, bytesMax: number, log: Log): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  const tooLarge = () => new WebxkeyError("body_too_large", { detail: `Send at most ${bytesMax} bytes.` });
  if (announced > bytesMax) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > bytesMax) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    log.debug("http.aborted", { error: cause });
    throw new WebxkeyError("invalid_input", { detail: "The body broke off before its end.", cause });
  }
  if (size > bytesMax) throw tooLarge();
  return Buffer.concat(chunks);
}
