import { useEffect, useRef } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ForViewer, NoAccess } from "../admin/viewer.tsx";
import { MessageDetail } from "./message-detail.tsx";
import { MessageList } from "./message-list.tsx";
import type { Navigation } from "./navigation.ts";

/**
 * All messages, and the timeline that explains one of them.
 *
 * @example
 * <MessagesPage navigation={{ messageId, openMessage: (id) => go(`/messages/${id}`), back: () => go("/messages") }} />
 */
export function MessagesPage({ navigation }: { navigation: Navigation }) {
  const { messageId } = navigation;
  const { kit, i18n } = useAdmin();
  const cameFromMessage = useRef(false);
  useEffect(() => {
    cameFromMessage.current = messageId !== null;
  }, [messageId]);
  return (
    <ForViewer
      stranger={
        <kit.Page title={i18n.t("messages.title")}>
          <NoAccess />
        </kit.Page>
      }
    >
      {messageId === null ? (
        <MessageList navigation={navigation} takeFocus={cameFromMessage.current} />
      ) : (
        <MessageDetail key={messageId} messageId={messageId} navigation={navigation} />
      )}
    </ForViewer>
  );
}
