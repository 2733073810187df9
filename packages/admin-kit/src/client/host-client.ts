import type { Mapping, MappingState, PreviewEntry } from "../mapping/mapping.ts";
import type { AdminClientOptions, Role } from "./admin-client.ts";
import { absoluteUrl, answered } from "./answered.ts";

/** How somebody is named to a colleague. */
export interface Person {
  readonly name: string | null;
  readonly email: string | null;
}

/** Whether the viewer has a role here; while that is null, who can give one. */
export interface Access {
  readonly role: string | null;
  readonly managers: readonly Person[];
}

/** A user of the host with their role here, or a member whom the host no longer knows. */
export interface TeamMember extends Person {
  readonly user_id: string;
  readonly role: Role | null;
  readonly since: string | null;
}

/** What a host's plugin serves beside the engine's API. Every call rejects with an `AdminProblemError`. */
export interface HostClient {
  /** Of hosts that let everybody with an account see the menu: asked before anything else. */
  access(): Promise<Access>;
  /** The host's users by name, with their roles. */
  team(): Promise<{ readonly people: readonly TeamMember[] }>;
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
    access: () => call("GET", "/access"),
    team: () => call("GET", "/team"),
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
