import { entityOf, type PlatformEntity, type PlatformEvent, type WebhookConnector } from "../events/index.ts";
import type { ConsentClaim } from "../messaging.ts";
import type { MappedConsent } from "../storage/index.ts";

/** What checkboxes and custom fields hold for yes. Anything else is no consent unless the merchant names it. */
const YES = new Set(["true", "yes", "on", "1"]);

/**
 * What the merchant's mapping makes of the entities that an event was read from. A field that is not mapped is no consent, and
 * so is one that is mapped and says anything but yes. What is claimed allows messages about this event's order alone and never
 * lifts a withdrawal; what the words are for, the wording says. It covers the buyer, who ticked, and not whoever the parcel goes to.
 *
 * @param evidence where it can be looked up again, such as `woocommerce delivery 42`.
 */
export async function claimsOf({
  mapping,
  entities,
  fieldOf,
  buyerPhones,
  event,
  evidence,
}: {
  readonly mapping: readonly MappedConsent[];
  readonly entities: readonly PlatformEntity[];
  readonly fieldOf: WebhookConnector["fieldOf"];
  /** The numbers of whoever ticks a field. */
  readonly buyerPhones: (field: string) => Promise<readonly string[]>;
  readonly event: PlatformEvent;
  readonly evidence: string;
}): Promise<ConsentClaim[]> {
  const aboutOrder = entityOf(event).type === "order";
  const agreed = mapping.filter(({ field, equals }) => {
    // The order comes before the customer: what was ticked for it counts, not what an account says in general.
    const values = entities.map((entity) => fieldOf(entity, field));
    return saysYes(
      values.find((value) => value !== undefined),
      equals,
    );
  });
  return await Promise.all(
    agreed.map(async ({ field, wordingId, wordingVersion, wordingLanguage }) => ({
      wordingId,
      wordingVersion,
      wordingLanguage,
      method: aboutOrder ? ("checkout_box" as const) : ("form" as const),
      occurredAt: new Date("order" in event.data ? event.data.order.placed_at : event.time),
      evidence: `${evidence}, field ${field}`,
      givenBy: { phones: await buyerPhones(field) },
    })),
  );
}

function saysYes(value: unknown, equals: string | undefined): boolean {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return false;
  const text = String(value).trim();
  return equals === undefined ? YES.has(text.toLowerCase()) : text === equals;
}
