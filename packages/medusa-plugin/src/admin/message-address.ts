import type { Navigation, Place } from "@webxkey/admin-kit";
import { useSyncExternalStore } from "react";

/** The path of the Messages page under Medusa's admin. */
const MESSAGES_PATH = "/whatsapp";

/**
 * Opens an address of this admin inside its own router, which listens to the browser's history: nothing is loaded anew. A route of
 * its own would have to bring the router that Medusa's admin already has.
 */
export function openMessage(messageId: string): void {
  open(messageHref(messageId));
}

function open(href: string): void {
  window.history.pushState(null, "", href);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

function placeAt(path: string): Place {
  const href = `${base()}${path}`;
  return { href, open: () => open(href) };
}

function base(): string {
  return (typeof __BASE__ === "string" ? __BASE__ : "").replace(/\/$/, "");
}

/** Each message has an address: the Messages page and its id behind a `#`, which no server and no log sees. */
export function messageHref(messageId: string): string {
  return `${base()}${MESSAGES_PATH}#${messageId}`;
}

/** The Messages page's own way about, kept in the address so that the back button works and a filter survives it. */
export function useMessageNavigation(): Navigation {
  const messageId = useSyncExternalStore(onAddressChange, openMessageId);
  const filter = useSyncExternalStore(onAddressChange, shownFilter);
  return {
    messageId,
    openMessage: (id) => {
      window.location.hash = id;
    },
    back: () => {
      window.location.hash = "";
    },
    messageHref,
    openList: (wanted) => open(`${base()}${MESSAGES_PATH}?${FILTER}=${wanted}`),
    settings: placeAt("/settings/whatsapp"),
    entityPlace: ({ type, ref }) => placeAt(`/${type === "order" ? "orders" : "customers"}/${ref}`),
    filter,
    setFilter: (wanted) => {
      const query = new URLSearchParams(window.location.search);
      if (wanted === null) query.delete(FILTER);
      else query.set(FILTER, wanted);
      const search = query.size > 0 ? `?${query}` : "";
      window.history.replaceState(window.history.state, "", `${window.location.pathname}${search}`);
      window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state }));
    },
  };
}

const FILTER = "show";

function onAddressChange(changed: () => void): () => void {
  const events = ["hashchange", "popstate"];
  for (const name of events) window.addEventListener(name, changed);
  return () => {
    for (const name of events) window.removeEventListener(name, changed);
  };
}

function openMessageId(): string | null {
  return window.location.hash.slice(1) || null;
}

function shownFilter(): string | null {
  return new URLSearchParams(window.location.search).get(FILTER);
}
