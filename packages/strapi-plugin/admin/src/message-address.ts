import type { Navigation } from "@webxkey/admin-kit";
import { useHref, useLocation, useNavigate } from "react-router-dom";
import { MESSAGES_PATH } from "./paths.ts";

const FILTER = "show";

/**
 * The way to messages in Strapi's own router. Each has an address: the page of all messages and its id behind a `#`, which
 * no server and no log sees.
 */
export function useMessageNavigation(): Navigation & Required<Pick<Navigation, "messageHref">> {
  const { hash, search } = useLocation();
  const navigate = useNavigate();
  const pathname = `/${MESSAGES_PATH}`;
  const page = useHref(pathname);
  return {
    messageId: decodeURIComponent(hash.slice(1)) || null,
    // The filter in the address is the list's: it is there again on the way back.
    openMessage: (messageId) => navigate({ pathname, search, hash: messageId }),
    back: () => navigate({ pathname, search }),
    messageHref: (messageId) => `${page}#${messageId}`,
    filter: new URLSearchParams(search).get(FILTER),
    setFilter: (filter) =>
      navigate({ pathname, search: filter === null ? "" : `?${FILTER}=${filter}` }, { replace: true }),
  };
}
