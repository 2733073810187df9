import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { dolibarr } from "../../src/index.ts";
import { major, numberOf, occurrence, type Platform, paidOrder, postTo, URL_OF_HOOK } from "./platform.ts";

/** Written to the fields of the REST API and of the webhook trigger, not recorded. */
const STATUS_OF: Partial<Record<EventType, string>> = {
  "order.confirmed": "1",
  "order.shipped": "2",
  "order.delivered": "3",
  "order.cancelled": "-1",
};
const TELLS = Object.keys(STATUS_OF) as EventType[];
const SOCID = 42;

export function dolibarrRecords({
  type,
  ref,
  code,
  total,
  occurredAt,
  name,
  shipping,
  customer,
  locale,
}: Happening) {
  const seconds = Date.parse(occurredAt) / 1_000;
  const order = {
    id: String(numberOf(ref)),
    ref: `CO${code}`,
    socid: String(SOCID),
    statut: STATUS_OF[type] ?? "1",
    status: STATUS_OF[type] ?? "1",
    date: seconds,
    date_creation: seconds,
    date_modification: seconds,
    total_ttc: `${major(total)}000000`,
    multicurrency_code: total.currency,
    multicurrency_total_ttc: major(total),
    note_private: "",
    array_options: { options_whatsapp: "1" },
  };
  const thirdparty = {
    id: String(SOCID),
    name,
    phone: customer.phone ?? null,
    phone_mobile: null,
    country_code: shipping.country,
    default_lang: locale?.replace("-", "_") ?? null,
  };
  return { order, thirdparty };
}

const { order } = dolibarrRecords({ ...paidOrder, type: "order.confirmed" });

export const dolibarrPlatform: Platform = {
  connector: dolibarr,
  settings: {
    baseUrl: "https://erp.example.com/dolibarr/",
    apiKey: "api key",
    currency: "EUR",
    timeZone: "Europe/Paris",
  },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: TELLS,
    refOf: (ref) => String(numberOf(ref)),
    oncePerOrder: TELLS,
    phones: ["customer"],
    happen(happening) {
      const { order, thirdparty } = dolibarrRecords(happening);
      const held = { [`order/${order.id}`]: order, [`thirdparty/${SOCID}`]: thirdparty };
      return occurrence(
        { hostEvent: "order", payload: { id: order.id, status: order.status } },
        held,
        happening.gone,
      );
    },
  },
  delivery: (body) => postTo(URL_OF_HOOK, body, { "content-type": "application/json" }),
  // The first is sent while the object in hand is still a draft.
  sameActs: [
    [{ triggercode: "ORDER_VALIDATE", object: { ...order, statut: 0, status: 0 } }],
    [{ triggercode: "ORDER_MODIFY", object: order }],
  ],
  unknown: [{ triggercode: "ORDER_SUPPLIER_VALIDATE", object: order }],
};
