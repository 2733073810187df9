import { defineRouteConfig } from "@medusajs/admin-sdk";
import { SettingsPage } from "@webxkey/admin-kit";
import { Webxkey } from "../../../webxkey.tsx";

export default function WhatsAppSettings() {
  return (
    <Webxkey>
      <SettingsPage />
    </Webxkey>
  );
}

export const config = defineRouteConfig({ label: "WhatsApp" });
