import type { Store } from "./open-store.ts";
import { OWNER } from "./seed-store.ts";

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export type Api = <Body = unknown>(method: string, path: string, body?: unknown) => Promise<Answer<Body>>;

/** Calls a store with these headers; a body goes and comes as JSON. */
export function createApi(store: Store, headers: Record<string, string> = {}): Api {
  return async (method, path, body) => {
    const response = await fetch(`${store.url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  };
}

/** The Admin API as one of the store's users. */
export async function signIn(store: Store, { email, password } = OWNER): Promise<Api> {
  const { body } = await createApi(store)<{ token: string }>("POST", "/auth/user/emailpass", {
    email,
    password,
  });
  return createApi(store, { authorization: `Bearer ${body.token}` });
}

/** The Store API as a storefront. */
export function storefront(store: Store): Api {
  return createApi(store, { "x-publishable-api-key": store.seeded.publishableKey });
}
