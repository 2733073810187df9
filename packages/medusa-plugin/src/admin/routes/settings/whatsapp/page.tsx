import { defineRouteConfig } from "@medusajs/admin-sdk";
import { SettingsPage } from "@webxkey/admin-kit";
import { host, Webxkey } from "../../../webxkey.tsx";

export default function WhatsAppSettings() {
  return (
    <Webxkey>
      <SettingsPage host={host} />
    </Webxkey>
  );
}

export const config = defineRouteConfig({ label: "WhatsApp" });

export const handle = { breadcrumb: () => "WhatsApp" };
