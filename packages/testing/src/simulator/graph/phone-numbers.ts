import type { Simulation } from "../simulation.ts";
import type { PhoneNumber, Waba } from "../world.ts";
import { type GraphAnswer, type GraphCall, ok, refuse } from "./call.ts";
import { selectFields } from "./node-fields.ts";
import { pageOf } from "./paging.ts";

const DEFAULT_FIELDS = [
  "verified_name",
  "code_verification_status",
  "display_phone_number",
  "quality_rating",
  "platform_type",
  "throughput",
  "webhook_configuration",
  "id",
];

const STATUS = {
  connected: "CONNECTED",
  unregistered: "DISCONNECTED",
  locked: "BANNED",
  maintenance: "CONNECTED",
  payment_issue: "CONNECTED",
} as const;

/** GET /{phone-number-id} */
// behaviour: phone-number-fields
export function getPhoneNumber(sim: Simulation, number: PhoneNumber, call: GraphCall): GraphAnswer {
  const selected = selectFields(
    nodeOf(sim, number),
    DEFAULT_FIELDS,
    call.query.get("fields"),
    "WhatsAppBusinessPhoneNumber",
  );
  return "refused" in selected ? refuse(selected.refused) : ok(selected.node);
}

/** GET /{waba-id}/phone_numbers */
export function listPhoneNumbers(sim: Simulation, waba: Waba, call: GraphCall, origin: string): GraphAnswer {
  const numbers = [...sim.world.numbers.values()].filter((number) => number.wabaId === waba.id);
  const page = pageOf(
    numbers,
    (number) => number.id,
    call.query,
    (query) => `${origin}/${call.version}/${waba.id}/phone_numbers?${query}`,
    call.version,
  );
  if ("refused" in page) return refuse(page.refused);
  const data: object[] = [];
  for (const number of page.items) {
    const selected = selectFields(
      nodeOf(sim, number),
      DEFAULT_FIELDS,
      call.query.get("fields"),
      "WhatsAppBusinessPhoneNumber",
    );
    if ("refused" in selected) return refuse(selected.refused);
    data.push(selected.node);
  }
  return ok({ data, ...(page.paging ? { paging: page.paging } : {}) });
}

/** GET /{waba-id} */
export function getWaba(sim: Simulation, waba: Waba, call: GraphCall): GraphAnswer {
  const node = {
    id: waba.id,
    name: waba.name,
    timezone_id: waba.timezoneId,
    currency: waba.currency,
    message_template_namespace: undefined,
    owner_business_info: { id: waba.portfolioId },
    whatsapp_business_manager_messaging_limit: messagingLimitOf(sim, waba),
  };
  const selected = selectFields(
    node,
    ["name", "timezone_id"],
    call.query.get("fields"),
    "WhatsAppBusinessAccount",
  );
  return "refused" in selected ? refuse(selected.refused) : ok(selected.node);
}

function messagingLimitOf(sim: Simulation, waba: Waba | undefined): string {
  return sim.world.portfolios.get(waba?.portfolioId ?? "")?.messagingLimit ?? "TIER_2K";
}

function nodeOf(sim: Simulation, number: PhoneNumber): Record<string, unknown> {
  const waba = sim.world.wabas.get(number.wabaId);
  const callback = [...(waba?.subscriptions.values() ?? [])].find(
    (one) => one.overrideCallbackUri,
  )?.overrideCallbackUri;
  const canSend = number.state === "connected" ? "AVAILABLE" : "BLOCKED";
  return {
    id: number.id,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    quality_rating: number.qualityRating,
    status: STATUS[number.state],
    name_status: number.nameStatus,
    code_verification_status: number.state === "unregistered" ? "NOT_VERIFIED" : "VERIFIED",
    platform_type: "CLOUD_API",
    throughput: { level: number.messagesPerSecond >= 1000 ? "HIGH" : "STANDARD" },
    webhook_configuration: callback === undefined ? undefined : { whatsapp_business_account: callback },
    whatsapp_business_manager_messaging_limit: messagingLimitOf(sim, waba),
    account_mode: number.allowedRecipients ? "SANDBOX" : "LIVE",
    is_official_business_account: false,
    health_status: {
      can_send_message: canSend,
      entities: [
        { entity_type: "PHONE_NUMBER", id: number.id, can_send_message: canSend },
        { entity_type: "WABA", id: number.wabaId, can_send_message: "AVAILABLE" },
      ],
    },
  };
}
