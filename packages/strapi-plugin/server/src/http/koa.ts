import type { IncomingMessage, ServerResponse } from "node:http";

/** Strapi's request and answer, as far as the plugin touches them. */
export interface KoaContext {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly path: string;
  readonly ip: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: { readonly body?: unknown };
  readonly params: Readonly<Record<string, string>>;
  readonly state: {
    readonly user?: { readonly id: number | string };
    readonly userAbility?: { can(action: string, subject?: unknown): boolean };
  };
  /** False where the answer is written past Koa. */
  respond?: boolean;
  status: number;
  body: unknown;
  get(header: string): string;
  set(header: string, value: string): void;
}

/** Hands a web-standard response to Strapi's server. */
export async function answerWith(ctx: KoaContext, answer: Response): Promise<void> {
  // What is left of a body is thrown away, so that the client gets to its answer and the connection to its next request.
  if (!ctx.req.complete) ctx.req.resume();
  ctx.body = answer.body && Buffer.from(await answer.arrayBuffer());
  // After the body, for which Koa puts a status and a type of its own.
  ctx.status = answer.status;
  answer.headers.forEach((value, name) => {
    ctx.set(name, value);
  });
}
