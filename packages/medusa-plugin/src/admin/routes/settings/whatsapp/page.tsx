import { defineRouteConfig } from "@medusajs/admin-sdk";
import { SettingsPage } from "@webxkey/admin-kit";
import { ParkedFacts } from "../../../parked-facts.tsx";
import { Webxkey } from "../../../webxkey.tsx";

export default function WhatsAppSettings() {
  return (
    <Webxkey>
      <ParkedFacts />
      <SettingsPage />
    </Webxkey>
  );
}

export const config = defineRouteConfig({ label: "WhatsApp" });
