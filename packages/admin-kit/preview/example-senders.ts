import type { SenderSummary } from "@webxkey/core/contract";
import { type ExampleShop, sender } from "./example-shop.ts";

type Given = Pick<SenderSummary, "waba_id" | "phone_number_id" | "app_id"> & {
  replaces?: string | undefined;
};

/** Another id is another number; the same one has its credentials renewed. */
export function connectExample(shop: ExampleShop, given: Given): SenderSummary {
  const { waba_id, phone_number_id, app_id, replaces } = given;
  const before = shop.senders.find((one) => one.phone_number_id === phone_number_id);
  const connected = {
    ...sender("connected", shop.senders.length),
    ...before,
    state: "connected" as const,
    in_use: !shop.senders.some(({ in_use, sender_id }) => in_use && sender_id !== replaces),
    ...{ waba_id, phone_number_id, app_id },
  };
  const others = shop.senders.filter((one) => one !== before);
  shop.senders = [...others.map((one) => (one.sender_id === replaces ? disconnected(one) : one)), connected];
  return connected;
}

export function disconnectExample(shop: ExampleShop, senderId: string): SenderSummary {
  shop.senders = shop.senders.map((one) => (one.sender_id === senderId ? disconnected(one) : one));
  const next = shop.senders.find(({ state }) => state === "connected");
  if (next && !shop.senders.some(({ in_use }) => in_use)) chooseExample(shop, next.sender_id);
  return found(shop, senderId);
}

export function chooseExample(shop: ExampleShop, senderId: string): SenderSummary {
  shop.senders = shop.senders.map((one) => ({ ...one, in_use: one.sender_id === senderId }));
  return found(shop, senderId);
}

function disconnected(one: SenderSummary): SenderSummary {
  return { ...one, state: "disconnected", in_use: false };
}

function found({ senders }: ExampleShop, senderId: string): SenderSummary {
  return senders.find(({ sender_id }) => sender_id === senderId) as SenderSummary;
}
