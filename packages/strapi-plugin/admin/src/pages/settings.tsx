import { SettingsPage } from "@webxkey/admin-kit";
import { ProtectedPage } from "../protected-page.tsx";

export default function WhatsAppSettings() {
  return (
    <ProtectedPage title="WhatsApp">{(host) => <SettingsPage host={host} rolesAreHosts />}</ProtectedPage>
  );
}
