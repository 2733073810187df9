import { MedusaError } from "@medusajs/framework/utils";
import type { DirectNotice, OrderConsents } from "@webxkey/core";
import { consentsOf } from "@webxkey/host-kit";
import { z } from "zod";
import { findCustomerRecipient, findOrder, type MedusaHost, recipientOf } from "../../connector/index.ts";
import { claimsOfOrder } from "../../consent/order-claims.ts";
import type { Runtime } from "../../engine/index.ts";

/** The engine's name of who asks. */
const SOURCE = "/medusa/notification";

/** Medusa hands the whole stored notification over; only this is read. */
const notification = z.object({
  to: z
    .string()
    .regex(
      /^(order|cus)_\w{1,100}$/,
      "`to` must be an order's or a customer's id (order_…, cus_…), never a phone number",
    ),
  template: z.string().min(1, "`template` must name an approved template"),
  data: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).nullish(),
  idempotency_key: z
    .string({ error: "`idempotency_key` is required: the same key never makes a second message" })
    .min(1, "`idempotency_key` is required: the same key never makes a second message")
    .max(200),
});

/**
 * Publishes one notice of the store's own code.
 *
 * @returns the message's id, which says nothing about its recipient.
 * @throws MedusaError `invalid_data` for a notification that names no one or has no key, `not_found` for an unknown id.
 */
export async function notifyDirectly(
  given: unknown,
  runtime: Pick<Runtime, "messaging" | "clock" | "settings">,
  host: MedusaHost,
): Promise<{ id: string }> {
  const read = notification.safeParse(given);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      `The WhatsApp notification was refused. ${problems.join("; ")}.`,
    );
  }
  const { to, template, data, idempotency_key } = read.data;
  const about = to.startsWith("order_") ? await aboutOrder(to, host, runtime) : await aboutAccount(to, host);
  if (!about)
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      "The WhatsApp notification names nothing that exists.",
    );

  const { consents, ...addressed } = about;
  const engine = await runtime.messaging();
  const { intents } = await engine.notify(
    {
      ...addressed,
      id: idempotency_key,
      source: SOURCE,
      template,
      params: data ?? {},
      occurredAt: runtime.clock.now(),
    },
    consents,
  );
  const [intent] = intents;
  if (!intent)
    throw new MedusaError(
      MedusaError.Types.UNEXPECTED_STATE,
      "The engine made no message of the notification.",
    );
  return { id: intent.messageId };
}

type Addressed = Pick<DirectNotice, "purpose" | "entity" | "recipient">;

async function aboutOrder(id: string, host: MedusaHost, { settings }: Pick<Runtime, "settings">) {
  const order = await findOrder(host, id);
  if (!order) return null;
  return {
    purpose: "order-updates",
    entity: { type: "order", ref: id, label: order.custom_display_id ?? String(order.display_id) },
    recipient: recipientOf(order),
    consents: consentsOf(await claimsOfOrder(id, host, settings.wordings)),
  } satisfies Addressed & { consents: OrderConsents };
}

async function aboutAccount(id: string, host: MedusaHost) {
  const recipient = await findCustomerRecipient(host, id);
  return (
    recipient &&
    ({
      purpose: "account",
      entity: { type: "account", ref: id },
      recipient,
      consents: {},
    } satisfies Addressed & { consents: OrderConsents })
  );
}
