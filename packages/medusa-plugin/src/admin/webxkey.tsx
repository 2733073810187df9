import { createAdminClient, WebxkeyAdmin } from "@webxkey/admin-kit";
import type { ReactNode } from "react";
import { medusaUiKit } from "./kit/index.ts";

/** Where Medusa's client keeps the token when the shop chose JWTs over sessions and named no key of its own. */
const JWT_STORAGE_KEY = "medusa_auth_token";

/** Medusa's admin is served by the store itself unless the shop hosts it elsewhere; then this names the store. */
const backendUrl = (typeof __BACKEND_URL__ === "string" ? __BACKEND_URL__ : "").replace(/\/$/, "");

const apiUrl = `${backendUrl}/admin/webxkey`;

const client = createAdminClient({
  baseUrl: apiUrl,
  fetch: (request) => fetch(signedIn(request)),
});

/** Calls what the plugin serves beside the engine's API. Rejects where it is not answered with success. */
export async function adminFetch(path: string, init: RequestInit): Promise<Response> {
  const url = new URL(`${apiUrl}${path}`, window.location.href);
  const response = await fetch(signedIn(new Request(url, { credentials: "include", ...init })));
  if (!response.ok) throw new Error(`The store answered ${response.status}.`);
  return response;
}

/** Sessions travel as cookies by themselves; a JWT is sent as Medusa's own client does. */
function signedIn(request: Request): Request {
  if (typeof __AUTH_TYPE__ !== "string" || __AUTH_TYPE__ !== "jwt") return request;
  const key = (typeof __JWT_TOKEN_STORAGE_KEY__ === "string" && __JWT_TOKEN_STORAGE_KEY__) || JWT_STORAGE_KEY;
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${localStorage.getItem(key) ?? ""}`);
  return new Request(request, { headers });
}

/** Around each page and widget: Medusa's design, the plugin's API, the viewer's language. */
export function Webxkey({ children }: { children: ReactNode }) {
  return (
    <WebxkeyAdmin client={client} kit={medusaUiKit} locale={document.documentElement.lang || "en"}>
      {children}
    </WebxkeyAdmin>
  );
}
