import type { Navigation } from "@webxkey/admin-kit";
import { useSyncExternalStore } from "react";

/** The path of the Messages page under Medusa's admin. */
const MESSAGES_PATH = "/whatsapp";

/** Each message has an address: the Messages page and its id behind a `#`, which no server and no log sees. */
export function messageHref(messageId: string): string {
  const base = (typeof __BASE__ === "string" ? __BASE__ : "").replace(/\/$/, "");
  return `${base}${MESSAGES_PATH}#${messageId}`;
}

/** The Messages page's own way about, kept in the address so that the back button works. */
export function useMessageNavigation(): Navigation {
  const messageId = useSyncExternalStore(onAddressChange, openMessageId);
  return {
    messageId,
    openMessage: (id) => {
      window.location.hash = id;
    },
    back: () => {
      window.location.hash = "";
    },
    messageHref,
  };
}

function onAddressChange(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

function openMessageId(): string | null {
  return decodeURIComponent(window.location.hash.slice(1)) || null;
}
