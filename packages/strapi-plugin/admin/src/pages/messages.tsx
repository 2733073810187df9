import { MessagesPage } from "@webxkey/admin-kit";
import { useMessageNavigation } from "../message-address.ts";
import { useOrderType } from "../panel/use-order-type.ts";
import { ProtectedPage } from "../protected-page.tsx";

export default function WhatsAppMessages() {
  const navigation = useMessageNavigation(useOrderType());
  return <ProtectedPage title="WhatsApp">{() => <MessagesPage navigation={navigation} />}</ProtectedPage>;
}
