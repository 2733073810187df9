import { WebxkeyError } from "../kernel/errors.ts";

/** Reads a body's exact bytes up to a limit. @throws WebxkeyError `body_too_large` before more than the limit is kept. */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  const tooLarge = () => new WebxkeyError("body_too_large", { detail: `Send at most ${bytesMax} bytes.` });
  if (announced > bytesMax) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
