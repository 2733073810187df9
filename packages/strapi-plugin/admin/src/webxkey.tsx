import { getFetchClient, useAuth } from "@strapi/strapi/admin";
import {
  createAdminClient,
  createHostClient,
  type HostClient,
  type UiKit,
  WebxkeyAdmin,
} from "@webxkey/admin-kit";
import { type ReactNode, useRef, useState } from "react";
import { strapiUiKit } from "./kit/index.ts";
import { PLUGIN_ID } from "./plugin-id.ts";
import { signedFetch } from "./signed-fetch.ts";

interface WebxkeyProps {
  readonly kit?: UiKit;
  /** Given what the plugin serves beside the engine's API. */
  readonly children: (host: HostClient) => ReactNode;
}

/** Around each page and panel: Strapi's design, sign-in and language, and the plugin's API. */
export function Webxkey({ kit = strapiUiKit, children }: WebxkeyProps) {
  const token = useRef<string | null>(null);
  token.current = useAuth("Webxkey", (auth) => auth.token);
  const [{ engine, host }] = useState(() => clientsSignedWith(() => token.current));
  return (
    <WebxkeyAdmin client={engine} kit={kit} locale={document.documentElement.lang || "en"}>
      {children(host)}
    </WebxkeyAdmin>
  );
}

function clientsSignedWith(token: () => string | null) {
  const api = {
    baseUrl: `${window.strapi.backendURL}/${PLUGIN_ID}`,
    // Strapi's own client renews a token that ran out with whatever it asks, and tells it to all of the admin.
    fetch: signedFetch({ token, renew: () => getFetchClient().get("/admin/users/me") }),
  };
  return { engine: createAdminClient(api), host: createHostClient(api) };
}
