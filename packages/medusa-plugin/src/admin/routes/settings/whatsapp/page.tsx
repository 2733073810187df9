import { defineRouteConfig } from "@medusajs/admin-sdk";
import { ParkedFacts, SettingsPage } from "@webxkey/admin-kit";
import { host, Webxkey } from "../../../webxkey.tsx";

export default function WhatsAppSettings() {
  return (
    <Webxkey>
      <ParkedFacts client={host.intake} />
      <SettingsPage />
    </Webxkey>
  );
}

export const config = defineRouteConfig({ label: "WhatsApp" });
