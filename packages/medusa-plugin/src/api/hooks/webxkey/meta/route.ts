import { metaWebhook } from "../../../../http/meta-webhook.ts";

export { metaWebhook as GET, metaWebhook as POST };
