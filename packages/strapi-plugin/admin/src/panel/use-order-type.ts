import { getFetchClient, useAuth } from "@strapi/strapi/admin";
import { useEffect, useState } from "react";
import { ACTIONS } from "../permissions.ts";
import { PLUGIN_ID } from "../plugin-id.ts";

interface Answer {
  readonly mapping: { readonly order: { readonly content_type: string } | null };
}

/**
 * Which content type is an order; null while that is not known, and for those who may not see. Asked anew for each content
 * type (`model`) that is opened, because the merchant may have said something else since; not asked for what never can be an order.
 */
export function useOrderType(model?: string): string | null {
  const isLetIn = useAuth("Webxkey", ({ permissions }) =>
    permissions.some(({ action }) => ACTIONS.includes(action)),
  );
  const isAsked = isLetIn && (model === undefined || model.startsWith("api::"));
  const [orderType, setOrderType] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another content type is asked for anew.
  useEffect(() => {
    if (!isAsked) return;
    const leaving = new AbortController();
    getFetchClient({ signal: leaving.signal })
      .get<Answer>(`/${PLUGIN_ID}/mapping`)
      .then(
        ({ data }) => setOrderType(data.mapping.order?.content_type ?? null),
        // Without the right to, or while the engine is away, an entry is simply shown without the panel.
        () => setOrderType(null),
      );
    return () => leaving.abort();
  }, [isAsked, model]);
  return orderType;
}
