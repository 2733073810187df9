import type { Mapping, MappingState, PreviewEntry } from "../mapping/mapping.ts";
import type { AdminClientOptions } from "./admin-client.ts";
import { absoluteUrl, answered } from "./answered.ts";

/** What a host's plugin serves beside the engine's API. Every call rejects with an `AdminProblemError`. */
export interface HostClient {
  /** What happened in the host and the engine has not taken over yet. */
  readonly intake: {
    list(): Promise<{ readonly waiting: readonly { readonly parked_at: string | null }[] }>;
    /** Tries again what was given up. */
    retry(): Promise<unknown>;
  };
  /** Of hosts whose content is the merchant's own: what an order is. Problems point into the mapping. */
  readonly mapping: {
    read(): Promise<MappingState>;
    save(mapping: Mapping): Promise<unknown>;
    /** What the newest entries would tell. Nothing is sent or kept. */
    preview(mapping: Mapping): Promise<{ readonly entries: readonly PreviewEntry[] }>;
  };
}

/**
 * A client of the host's own routes, at the address and with the sign-in of the admin API.
 *
 * @example
 * const host = createHostClient({ baseUrl: "/webxkey" });
 * const { waiting } = await host.intake.list();
 */
export function createHostClient({
  baseUrl,
  fetch: send = (request) => fetch(request),
}: AdminClientOptions): HostClient {
  async function call<Answer>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Answer> {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_HEADERS };
    const request = new Request(`${absoluteUrl(baseUrl)}${path}`, { method, ...init });
    const response = await answered(send, request);
    return (response.status === 204 ? null : await response.json()) as Answer;
  }
  return {
    intake: {
      list: () => call("GET", "/intake"),
      retry: () => call("POST", "/intake/retry"),
    },
    mapping: {
      read: () => call("GET", "/mapping"),
      save: (mapping) => call("PUT", "/mapping", mapping),
      preview: (mapping) => call("POST", "/mapping/preview", mapping),
    },
  };
}

const JSON_HEADERS = { "content-type": "application/json" };
