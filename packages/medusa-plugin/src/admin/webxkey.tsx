import { createAdminClient, createHostClient, WebxkeyAdmin } from "@webxkey/admin-kit";
import type { ReactNode } from "react";
import { medusaUiKit } from "./kit/index.ts";

/** Where Medusa's client keeps the token when the shop chose JWTs over sessions and named no key of its own. */
const JWT_STORAGE_KEY = "medusa_auth_token";

/** Medusa's admin is served by the store itself unless the shop hosts it elsewhere; then this names the store. */
const backendUrl = (typeof __BACKEND_URL__ === "string" ? __BACKEND_URL__ : "").replace(/\/$/, "");

const api = {
  baseUrl: `${backendUrl}/admin/webxkey`,
  fetch: (request: Request) => fetch(signedIn(request)),
};

const client = createAdminClient(api);

/** What the plugin serves beside the engine's API. */
export const host = createHostClient(api);

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
    <WebxkeyAdmin
      client={client}
      kit={medusaUiKit}
      locale={document.documentElement.lang || "en"}
      access={host.access}
    >
      {children}
    </WebxkeyAdmin>
  );
}
