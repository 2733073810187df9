import type { Navigation } from "@webxkey/admin-kit";
import { useHref, useLocation, useNavigate } from "react-router-dom";
import { MESSAGES_PATH } from "./paths.ts";

/**
 * The way to messages in Strapi's own router. Each has an address: the page of all messages and its id behind a `#`, which
 * no server and no log sees.
 */
export function useMessageNavigation(): Navigation & Required<Pick<Navigation, "messageHref">> {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const pathname = `/${MESSAGES_PATH}`;
  const page = useHref(pathname);
  return {
    messageId: decodeURIComponent(hash.slice(1)) || null,
    openMessage: (messageId) => navigate({ pathname, hash: messageId }),
    back: () => navigate({ pathname }),
    messageHref: (messageId) => `${page}#${messageId}`,
  };
}
