import type { WebhookConnector } from "@webxkey/core";
import { webhookConnectors } from "@webxkey/webhook-connectors";

/** The platforms that this gateway can connect. */
export const CONNECTORS: readonly WebhookConnector[] = webhookConnectors;
