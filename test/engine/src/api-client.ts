import type { Engine } from "./engine.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Calls the API over its whole front, as a program outside does: with a key, or with headers of its own. */
export interface ApiClient {
  call<Body = { code: string; detail: string }>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>>;
}

export function clientWith({ messaging }: Pick<Engine, "messaging">, key?: string): ApiClient {
  return {
    async call<Body>(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ) {
      const request = new Request(`http://engine${path}`, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const response = await messaging.handler(request);
      return { status: response.status, body: (await response.json()) as Body };
    },
  };
}

export interface NewKey {
  readonly key_id: string;
  readonly kind: "service" | "personal";
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly key: string;
  readonly signing_secret: string | null;
}

/** Makes a key as a user whom the host signed in. */
export async function createKey(engine: Engine, wish: object, as?: string): Promise<NewKey> {
  const { status, body } = await engine.call<NewKey>("POST", "/v1/keys", { name: "Test", ...wish }, as);
  if (status !== 201) throw new Error(`making a key answered ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Every route of the contract, as `METHOD /path`. */
export function routesOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { "~orpc": own } = node as { "~orpc"?: { route: { method?: string; path?: string } } };
  if (own) return [`${own.route.method} ${own.route.path}`];
  return Object.values(node).flatMap(routesOf);
}
