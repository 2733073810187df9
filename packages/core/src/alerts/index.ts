export { type Alert, alertSentence } from "./alert.ts";
export { type AlertWebhookOptions, alertWebhook } from "./alert-webhook.ts";
export { type Alerts, createAlerts } from "./alerts.ts";
export type { AlertMessage, AlertOutlet } from "./outlet.ts";
