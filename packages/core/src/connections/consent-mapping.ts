import { entityOf, type PlatformEntity, type PlatformEvent, type WebhookConnector } from "../events/index.ts";
import type { ConsentClaim, ConsentTakenBack } from "../messaging.ts";
import type { MappedConsent } from "../storage/index.ts";

/** What checkboxes and custom fields hold for yes. Anything else is no consent unless the merchant names it. */
const YES = new Set(["true", "yes", "on", "1"]);

/** What the mapped fields of an order say. */
export interface FieldConsents {
  readonly claims: readonly ConsentClaim[];
  /** Of fields that do not say yes. A field that was not looked at, because its order was not read, says nothing. */
  readonly takenBack: readonly ConsentTakenBack[];
}

/**
 * What the merchant's mapping makes of the entities that an event was read from. A field that is not mapped is no consent, and
 * so is one that is mapped and says anything but yes. What is claimed allows messages about this event's order alone and never
 * lifts a withdrawal; what the words are for, the wording says. It covers the buyer, who ticked, and not whoever the parcel goes to.
 *
 * @param evidence where it can be looked up again, such as `woocommerce delivery 42`.
 */
export async function consentsOfFields({
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
}): Promise<FieldConsents> {
  const { type, ref } = entityOf(event);
  const isWholeRead = entities.some(({ id }) => id === ref);
  const fields = mapping.map(({ field, equals, ...wording }) => {
    // The order comes before the customer: what was ticked for it counts, not what an account says in general.
    const value = entities.map((entity) => fieldOf(entity, field)).find((found) => found !== undefined);
    const says = saysYes(value, equals) ? "yes" : value !== undefined || isWholeRead ? "no" : "nothing";
    return { field, wording, says };
  });
  const evidenceOf = (field: string) => `${evidence}, field ${field}`;
  const claims = fields
    .filter(({ says }) => says === "yes")
    .map(async ({ field, wording }) => ({
      ...wording,
      method: type === "order" ? ("checkout_box" as const) : ("form" as const),
      occurredAt: new Date("order" in event.data ? event.data.order.placed_at : event.time),
      isTimeOfOrder: true,
      evidence: evidenceOf(field),
      givenBy: { phones: await buyerPhones(field) },
    }));
  const takenBack = fields
    .filter(({ says }) => says === "no")
    .map(({ field, wording }) => ({ ...wording, evidence: evidenceOf(field) }));
  return { claims: await Promise.all(claims), takenBack };
}

function saysYes(value: unknown, equals: string | undefined): boolean {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return false;
  const text = String(value).trim();
  return equals === undefined ? YES.has(text.toLowerCase()) : text === equals;
}
