import { defineRouteConfig } from "@medusajs/admin-sdk";
import { MessagesPage } from "@webxkey/admin-kit";
import { useMessageNavigation } from "../../message-address.ts";
import { SpeechBubble } from "../../speech-bubble.tsx";
import { Webxkey } from "../../webxkey.tsx";

export default function WhatsAppMessages() {
  const navigation = useMessageNavigation();
  return (
    <Webxkey>
      <MessagesPage navigation={navigation} />
    </Webxkey>
  );
}

export const config = defineRouteConfig({ label: "WhatsApp", icon: SpeechBubble });

export const handle = { breadcrumb: () => "WhatsApp" };
