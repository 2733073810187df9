import type { Navigation } from "@webxkey/admin-kit";
import { useHref, useLocation, useNavigate } from "react-router-dom";
import { MESSAGES_PATH, SETTINGS_PATH } from "./paths.ts";

const FILTER = "show";

/**
 * The way to messages in Strapi's own router. Each has an address: the page of all messages and its id behind a `#`, which
 * no server and no log sees. `orderType` is the content type that an order is, where it is known.
 */
export function useMessageNavigation(orderType: string | null): Navigation {
  const { hash, search } = useLocation();
  const navigate = useNavigate();
  const pathname = `/${MESSAGES_PATH}`;
  const page = useHref(pathname);
  const adminBase = useHref("/").replace(/\/$/, "");
  const settings = useHref(`/settings/${SETTINGS_PATH}`);
  return {
    messageId: hash.slice(1) || null,
    // The filter in the address is the list's: it is there again on the way back.
    openMessage: (messageId) => navigate({ pathname, search, hash: messageId }),
    back: () => navigate({ pathname, search }),
    messageHref: (messageId) => `${page}#${messageId}`,
    openList: (filter) => navigate({ pathname, search: `?${FILTER}=${filter}` }),
    settings: { href: settings, open: () => navigate(`/settings/${SETTINGS_PATH}`) },
    entityPlace: ({ type, ref }) => {
      if (type !== "order" || orderType === null) return null;
      const entry = `/content-manager/collection-types/${orderType}/${ref}`;
      return { href: `${adminBase}${entry}`, open: () => navigate(entry) };
    },
    filter: new URLSearchParams(search).get(FILTER),
    setFilter: (filter) =>
      navigate({ pathname, search: filter === null ? "" : `?${FILTER}=${filter}` }, { replace: true }),
  };
}
