import { createHmac } from "node:crypto";
import { secret } from "@webxkey/core";
import { describeConnector, type Happening } from "@webxkey/testing/contracts";
import { describe, expect, it, test } from "vitest";
import { tuckshop } from "./connector.ts";

const shop = {
  source: "/tuckshop/main",
  name: "Tea Shop",
  connectedAt: new Date("2026-01-01T00:00:00Z"),
  settings: {},
};
const idOf = (ref: string) => `ord_${ref.replaceAll(/\D/g, "")}`;

/** What happened, in the platform's own shape. */
function orderOf({ type, ref, code, total, occurredAt, shipping, name }: Happening) {
  const decimals = { JPY: 0, KWD: 3 }[total.currency] ?? 2;
  return {
    id: idOf(ref),
    number: code,
    created_at: occurredAt,
    paid_at: type === "order.paid" ? occurredAt : null,
    total: (total.amount / 10 ** decimals).toFixed(decimals),
    currency: total.currency,
    ship_to: { name, phone: shipping.phone ?? null, country: shipping.country },
  };
}

describeConnector(
  { describe, it },
  {
    connector: tuckshop.connector(shop),
    tells: ["order.placed", "order.paid"],
    saysWish: [],
    saysLocale: [],
    refOf: idOf,
    oncePerOrder: ["order.paid"],
    phones: ["shipping"],
    happen(happening) {
      const payload = orderOf(happening);
      const host = {
        find: async (_kind: string, id: string) =>
          id === payload.id && !happening.gone ? payload : undefined,
      };
      return { hostEvent: "order", payload, host };
    },
  },
);

test("a delivery is believed when one of the active secrets signed it", () => {
  const body = Buffer.from("{}");
  const signature = createHmac("sha256", "current").update(body).digest("hex");
  const delivery = {
    url: "https://hooks.example.com",
    headers: new Headers({ "x-tuckshop-signature": signature }),
    body,
  };
  const verify = (...secrets: string[]) =>
    tuckshop.proof.kind === "signature" &&
    tuckshop.proof.verify(
      delivery,
      secrets.map((text) => secret(text)),
      new Date(),
    );
  expect(verify("current", "older")).toBe(true);
  expect(verify("older")).toBe(false);
});
