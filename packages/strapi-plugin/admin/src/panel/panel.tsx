import { lazy, type ReactNode, Suspense } from "react";
import { useOrderType } from "./use-order-type.ts";

/** An entry that is open in the content manager; one that is being created has no id yet. */
export interface Entry {
  readonly model: string;
  readonly documentId?: string | undefined;
}

/** What Strapi draws beside an entry; null for entries that have none. */
export type EntryPanel = (entry: Entry) => { title: string; content: ReactNode } | null;

const OrderMessages = lazy(() => import("./order-messages.tsx"));

/** Beside an order: what its customer was told on WhatsApp, or why not. Strapi calls it as a component. */
export function OrderPanel({ model, documentId }: Entry): ReturnType<EntryPanel> {
  const orderType = useOrderType(model);
  if (documentId === undefined || orderType !== model) return null;
  return {
    title: "WhatsApp",
    content: (
      <Suspense fallback={null}>
        <OrderMessages documentId={documentId} />
      </Suspense>
    ),
  };
}
