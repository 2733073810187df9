import { ParkedFacts, SettingsPage } from "@webxkey/admin-kit";
import { ProtectedPage } from "../protected-page.tsx";

export default function WhatsAppSettings() {
  return (
    <ProtectedPage title="WhatsApp">
      {(host) => (
        <>
          <ParkedFacts client={host.intake} />
          <SettingsPage rolesAreHosts />
        </>
      )}
    </ProtectedPage>
  );
}
