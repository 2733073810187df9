import type { Dispatcher, Pool } from "undici";

/** Why certainly no byte of the request left this process. */
export type NotSentReason =
  | "dns"
  | "connect_refused"
  | "connect_timeout"
  | "connect_failed"
  | "tls"
  | "deadline_before_write"
  | "no_longer_allowed"
  | "client_closed";

/** Why the other side may have acted on the request although we cannot read that it did. */
export type LostReason = "timeout" | "reset" | "response_too_large" | "unreadable_answer";

export type Exchange =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Headers; readonly body: Buffer }
  | { readonly kind: "not_sent"; readonly reason: NotSentReason; readonly causeCode?: string }
  | { readonly kind: "unknown"; readonly reason: LostReason; readonly causeCode?: string };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface ExchangeOptions {
  /** From the call to the last byte of the answer, waiting for a free connection included. */
  readonly deadlineMs: number;
  readonly responseBytesMax: number;
  /** Asked in the same tick as the socket write, so that a process that was stopped meanwhile does not send. */
  readonly mayStillSend: () => boolean;
  readonly now: () => Date;
}

/**
 * One HTTP exchange that says what is certain about its bytes.
 *
 * undici calls `onRequestStart` on a connected socket and writes the head and a buffered body synchronously after it
 * returns (HTTP/1.1), so that call is the exact border: before it nothing was written, after it something may have been.
 * This is why the pool is driven through `dispatch`: `Pool.request` hides that border, and its abort signal does not
 * reach a request that still waits for a connection.
 */
export function exchange(
  dispatch: Pick<Pool, "dispatch">,
  request: Dispatcher.DispatchOptions,
  { deadlineMs, responseBytesMax, mayStillSend, now }: ExchangeOptions,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const deadlineAt = now().getTime() + deadlineMs;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let headers: Headers = {};
    let written = false;
    let settled = false;
    let connection: Dispatcher.DispatchController | undefined;

    const settle = (result: Exchange) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const giveUp = (result: Exchange) => {
      settle(result);
      connection?.abort(new Error("the exchange was given up"));
    };
    const timer = setTimeout(() => {
      giveUp(
        written
          ? { kind: "unknown", reason: "timeout" }
          : { kind: "not_sent", reason: "deadline_before_write" },
      );
    }, deadlineMs);

    dispatch.dispatch(request, {
      onRequestStart(controller) {
        connection = controller;
        // Should undici ever replay a request by itself, the second write must not happen.
        if (written) return giveUp({ kind: "unknown", reason: "reset" });
        // A process resumed after its deadline may get here before the timer fires.
        if (settled || now().getTime() >= deadlineAt) {
          return giveUp({ kind: "not_sent", reason: "deadline_before_write" });
        }
        if (!mayStillSend()) return giveUp({ kind: "not_sent", reason: "no_longer_allowed" });
        written = true;
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > responseBytesMax) return giveUp({ kind: "unknown", reason: "response_too_large" });
        chunks.push(chunk);
      },
      onResponseEnd() {
        settle({ kind: "answered", status, headers, body: Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        const code = errorCode(error);
        const cause = code === undefined ? {} : { causeCode: code };
        settle(
          written
            ? { kind: "unknown", reason: lostReason(error), ...cause }
            : { kind: "not_sent", reason: notSentReason(code), ...cause },
        );
      },
    });
  });
}

function errorCode(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const NOT_SENT: Readonly<Record<string, NotSentReason>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ECONNREFUSED: "connect_refused",
  ETIMEDOUT: "connect_timeout",
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  UND_ERR_CLOSED: "client_closed",
  UND_ERR_DESTROYED: "client_closed",
};

function notSentReason(code: string | undefined): NotSentReason {
  if (code === undefined) return "connect_failed";
  // OpenSSL and Node name certificate and handshake failures in some thirty ways.
  return NOT_SENT[code] ?? (/CERT|SSL|TLS|SIGNATURE|^EPROTO$/.test(code) ? "tls" : "connect_failed");
}

function lostReason(error: Error): LostReason {
  // The parser's errors have no code in undici 8, only this name.
  return error.name === "HTTPParserError" ? "unreadable_answer" : "reset";
}
