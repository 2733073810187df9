import { OrderWidget } from "@webxkey/admin-kit";
import { strapiPanelKit } from "../kit/index.ts";
import { useMessageNavigation } from "../message-address.ts";
import { Webxkey } from "../webxkey.tsx";

export default function OrderMessages({ documentId }: { documentId: string }) {
  const navigation = useMessageNavigation(null);
  return (
    <Webxkey kit={strapiPanelKit}>
      {() => <OrderWidget entityType="order" entityRef={documentId} navigation={navigation} />}
    </Webxkey>
  );
}
