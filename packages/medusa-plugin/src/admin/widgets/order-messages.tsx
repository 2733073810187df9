import { defineWidgetConfig } from "@medusajs/admin-sdk";
import type { AdminOrder, DetailWidgetProps } from "@medusajs/framework/types";
import { OrderWidget } from "@webxkey/admin-kit";
import { messageHref, openMessage } from "../message-address.ts";
import { Webxkey } from "../webxkey.tsx";

const navigation = { openMessage, messageHref };

/** What this order's customer was told on WhatsApp, or why not. */
export default function OrderMessages({ data: order }: DetailWidgetProps<AdminOrder>) {
  return (
    <Webxkey>
      <OrderWidget entityType="order" entityRef={order.id} navigation={navigation} />
    </Webxkey>
  );
}

export const config = defineWidgetConfig({ zone: "order.details.side" });
