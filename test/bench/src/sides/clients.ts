/** What a message is sent with when nothing is kept: the WhatsApp libraries, and a bare HTTP client. */
export const CLIENTS = [
  "@kapso/whatsapp-cloud-api",
  "whatsapp-api-js",
  "@great-detail/whatsapp",
  "undici",
] as const;
export type ClientName = (typeof CLIENTS)[number];

export type SdkLoopConfig = { readonly client: ClientName; readonly graphUrl: string };
export type LoopOrder = { readonly from: number; readonly count: number; readonly atOnce: number };
