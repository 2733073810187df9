import { MappingPage } from "@webxkey/admin-kit";
import { ProtectedPage } from "../protected-page.tsx";

export default function WhatsAppMapping() {
  return <ProtectedPage title="WhatsApp">{(host) => <MappingPage client={host.mapping} />}</ProtectedPage>;
}
