import * as z from "zod";
import { type Json, parseUntrustedJson } from "../kernel/json.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import type { Exchange, LostReason, NotSentReason } from "./exchange.ts";

/**
 * What became of a call. A value, because each kind asks for something else from the caller:
 * - `ok`: Meta did it. `body` is as it came and not to be trusted.
 * - `error`: the Graph API answered with one of its codes; `decideOnGraphError` says what that means.
 * - `not_sent`: certainly no byte was written; the same call may be made again.
 * - `unknown`: Meta may have done it. A send must not be repeated until its status webhooks have been waited for.
 */
export type GraphOutcome = GraphResult<Json>;

export type GraphResult<T> =
  | { readonly kind: "ok"; readonly status: number; readonly body: T; readonly headers: GraphHeaders }
  | {
      readonly kind: "error";
      readonly error: GraphError;
      readonly httpStatus: number;
      readonly headers: GraphHeaders;
    }
  | { readonly kind: "not_sent"; readonly reason: NotSentReason; readonly causeCode?: string }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly causeCode?: string };

export type UnknownReason =
  | LostReason
  | "unreadable_body"
  | "unexpected_body"
  | "redirect"
  | "server_error_without_code"
  | "refusal_without_code";

/** Meta's error envelope. Its texts may quote what we sent (a phone, a parameter), so they travel masked. */
export interface GraphError {
  readonly code: number;
  readonly subcode?: number | undefined;
  readonly type?: string | undefined;
  readonly message?: Pii | undefined;
  readonly details?: Pii | undefined;
  readonly traceId?: string | undefined;
  readonly isTransient?: boolean | undefined;
}

/** The few headers of an answer that decide something. */
export interface GraphHeaders {
  /** From `Retry-After`, whether in seconds or as a date. */
  readonly retryAfterMs?: number;
  readonly traceId?: string;
  /** The version that really answered: an expired one is served by another. */
  readonly apiVersion?: string;
}

const errorText = z.string().optional().catch(undefined);

const errorEnvelope = z.object({
  error: z
    .object({
      // As in webhooks: Meta's codes have at most seven digits, and the column holds what an int does.
      code: z.int32(),
      error_subcode: z.int().optional().catch(undefined),
      type: errorText,
      message: errorText,
      // An object with `details` for WhatsApp, a plain text in some older answers.
      error_data: z
        .union([z.string(), z.object({ details: z.string() }).transform(({ details }) => details)])
        .optional()
        .catch(undefined),
      fbtrace_id: errorText,
      is_transient: z.boolean().optional().catch(undefined),
    })
    .transform(
      (error): GraphError => ({
        code: error.code,
        subcode: error.error_subcode,
        type: error.type,
        message: error.message === undefined ? undefined : pii(error.message),
        details: error.error_data === undefined ? undefined : pii(error.error_data),
        traceId: error.fbtrace_id,
        isTransient: error.is_transient,
      }),
    ),
});

/**
 * Reads an exchange as the Graph API means it: by the body, not by the HTTP status or the content type (Meta has sent
 * errors with 200 and JSON labelled as script). Without a readable code even a 4xx proves nothing: a proxy may have
 * written it after the request had passed.
 */
export function readOutcome(exchanged: Exchange, now: Date): GraphOutcome {
  if (exchanged.kind !== "answered") return exchanged;
  const { status, body } = exchanged;
  const headers = readHeaders(exchanged.headers, now);
  const parsed = parseUtf8Json(body);
  const envelope = errorEnvelope.safeParse(parsed);
  if (envelope.success) return { kind: "error", error: envelope.data.error, httpStatus: status, headers };
  if (status >= 500) return { kind: "unknown", reason: "server_error_without_code" };
  if (status >= 400) return { kind: "unknown", reason: "refusal_without_code" };
  if (status >= 300) return { kind: "unknown", reason: "redirect" };
  if (parsed === undefined) return { kind: "unknown", reason: "unreadable_body" };
  return { kind: "ok", status, body: parsed, headers };
}

/** Narrows an `ok` to what the caller needs of it; a 200 that says something else is an unknown outcome. */
export function readBody<T>(outcome: GraphOutcome, schema: z.ZodType<T>): GraphResult<T> {
  if (outcome.kind !== "ok") return outcome;
  const parsed = schema.safeParse(outcome.body);
  return parsed.success ? { ...outcome, body: parsed.data } : { kind: "unknown", reason: "unexpected_body" };
}

function parseUtf8Json(bytes: Buffer): Json | undefined {
  try {
    return parseUntrustedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

function readHeaders(raw: RawHeaders, now: Date): GraphHeaders {
  const header = (name: string) => [raw[name]].flat()[0];
  const retryAfterMs = readRetryAfter(header("retry-after"), now);
  const traceId = header("x-fb-trace-id");
  const apiVersion = header("facebook-api-version");
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(traceId !== undefined && { traceId }),
    ...(apiVersion !== undefined && { apiVersion }),
  };
}

/** RFC 9110 section 10.2.3: whole seconds or an HTTP date. */
function readRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,7}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
