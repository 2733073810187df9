import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";
import { runtimeOf } from "../engine/index.ts";
import { storeEvent, toldAt } from "../intake/store-event.ts";

/** Of the payload only whose account it is. The token is never touched: no name here binds it. */
type PasswordReset = { readonly entity_id: string; readonly actor_type: string };

export default async function storePasswordReset(args: SubscriberArgs<PasswordReset>): Promise<void> {
  const { event, container } = args;
  await storeEvent(args, async () => {
    const { entity_id: email, actor_type } = event.data;
    if (actor_type !== "customer") return [];
    const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
      entity: "customer",
      fields: ["id"],
      filters: { email, has_account: true },
    });
    const requested_at = toldAt(event) ?? runtimeOf(container).clock.now().toISOString();
    return data.map(({ id }) => ({ actor_type, customer_id: id, requested_at }));
  });
}

export const config: SubscriberConfig = {
  event: "auth.password_reset",
  context: { subscriberId: "webxkey-password-reset" },
};
