import {
  type Delivery,
  defineConnector,
  type PlatformEntities,
  type Told,
  type WebhookConnector,
} from "@webxkey/core";
import { z } from "zod";
import { ofOrders } from "../acts.ts";
import { baseUrlSetting, countrySetting, recordIn, secretSetting } from "../api.ts";
import { fieldOf } from "../fields.ts";
import { jsonBody } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { espoSignature } from "../signatures.ts";
import { statesSetting } from "../states.ts";
import { espoApi } from "./api.ts";
import { actsOfHint, espoHint, espoOrder, espoPerson, stateIn, storyOf } from "./record.ts";

const entityType = z.string().regex(/^[A-Z][A-Za-z0-9]{0,99}$/, "Give an entity type, such as SalesOrder.");

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting,
  apiKey: secretSetting,
  /** The entity that is an order. */
  entityType: entityType.default("SalesOrder"),
  /** Its field that says how far it is: `stage` of an Opportunity. */
  stateField: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,99}$/, "Give a field's name, such as status.")
    .default("status"),
  country: countrySetting,
  /** By the value of the state field. EspoCRM's are the merchant's own, so nothing is told before this is filled. */
  states: statesSetting,
});
type Settings = z.output<typeof settings>;

/** A batch of one webhook; EspoCRM's own default is 50 (`webhookBatchSize`). */
const BATCH_RECORDS_MAX = 1_000;
const batch = z.array(espoHint).max(BATCH_RECORDS_MAX);
const payloadOf = z.object({ entityType, record: espoHint });

/**
 * EspoCRM: webhooks of an entity's `create` and `fieldUpdate`. A body does not say which entity it is about, so the webhook's address
 * does: with `?entity=Opportunity` at its end; SalesOrder, if it says nothing.
 */
export const espocrm: WebhookConnector<Settings> = {
  id: "espocrm",
  name: "EspoCRM",
  settings,
  proof: espoSignature,
  setup: {
    webhooks:
      "Under Administration > Webhooks make webhooks for SalesOrder.create and SalesOrder.fieldUpdate.status with this address; where the entity is another one, put ?entity=NAME behind the address.",
    consentField: "whatsappConsent",
  },
  advice: {
    silent:
      "In EspoCRM under Administration > Webhooks look whether each is active: one is turned off after too many failures; its queue needs the cron job.",
    credentials: "In EspoCRM give the API user a role that may read these records.",
    address: "The address is the one of EspoCRM's sign-in page, without /api/v1 at its end.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "espocrm",
      source: shop.source,
      events: {
        record: ofOrders(
          "record",
          { ...shop, fieldOf },
          (payload) => {
            const given = payloadOf.safeParse(payload).data;
            if (given?.entityType !== shop.settings.entityType) return undefined;
            return {
              entityId: given.record.id,
              acts: actsOfHint(given.record, shop.settings),
              states: { [shop.settings.stateField]: stateIn(given.record, shop.settings.stateField) },
              changedAt: given.record.modifiedAt,
            };
          },
          async (id, entities) => {
            const found = await entities.find(shop.settings.entityType, id);
            const order = recordIn(espoOrder, found, "EspoCRM's order");
            if (!order) return undefined;
            const people = {
              shipping: await personIn(entities, "Contact", order.shippingContactId ?? order.contactId),
              billing: await personIn(entities, "Contact", order.billingContactId),
              account: await personIn(entities, "Account", order.accountId),
            };
            return storyOf(order, found, people, shop.settings);
          },
        ),
      },
    }),

  fieldOf,

  api: espoApi,
};

async function personIn(entities: PlatformEntities, kind: string, id: string | null | undefined) {
  return id ? recordIn(espoPerson, await entities.find(kind, id), `EspoCRM's ${kind}`) : undefined;
}

function told(delivery: Delivery): Told {
  const records = batch.safeParse(jsonBody(delivery));
  const query = URL.canParse(delivery.url) ? new URL(delivery.url).searchParams : undefined;
  const about = entityType.safeParse(query?.get("entity") ?? "SalesOrder");
  if (!records.success || !about.success) return { kind: "malformed" };
  const acts = records.data.map((record) => ({
    hostEvent: "record",
    payload: { entityType: about.data, record },
  }));
  // Often only what has changed: the record is read through the API.
  return { kind: "acts", acts, entities: [] };
}
