import { container } from "@medusajs/framework";
import type {
  ProviderSendNotificationDTO,
  ProviderSendNotificationResultsDTO,
} from "@medusajs/framework/types";
import { AbstractNotificationProviderService } from "@medusajs/framework/utils";
import { runtimeOf } from "../../engine/index.ts";
import { notifyDirectly } from "./notify.ts";

/**
 * Medusa's Notification Module, channel `whatsapp`. It sends nothing itself: it publishes one intent, which passes the same
 * gate as any event. A class because Medusa makes providers so.
 */
export class WhatsAppNotificationProvider extends AbstractNotificationProviderService {
  static override identifier = "whatsapp";

  override async send(
    notification: ProviderSendNotificationDTO,
  ): Promise<ProviderSendNotificationResultsDTO> {
    return await notifyDirectly(notification, runtimeOf(container), {
      query: container.resolve("query"),
    });
  }
}
