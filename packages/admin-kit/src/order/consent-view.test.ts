import type { ConsentSummary } from "@webxkey/core/contract";
import { expect, test } from "vitest";
import { busyShop } from "../../preview/example-shop.ts";
import { createI18n } from "../i18n/i18n.ts";
import { consentView } from "./consent-view.ts";

const i18n = createI18n({ locale: "en" });
const [claimed] = busyShop().consents as [ConsentSummary];
const labels = (consent: ConsentSummary) => consentView(i18n, consent).badges.map(({ label }) => label);

test("a claimed grant says that it is limited to its order", () => {
  expect(labels(claimed)).toEqual(["Opted in", "Not confirmed"]);
  expect(consentView(i18n, claimed)).toMatchObject({
    line: "order updates · box ticked at checkout",
    limit: expect.stringContaining("this order only"),
  });
});

test("a confirmed grant has no limit", () => {
  const confirmed = { ...claimed, assurance: "confirmed" } as const;
  expect(labels(confirmed)).toEqual(["Opted in", "Confirmed"]);
  expect(consentView(i18n, confirmed).limit).toBeNull();
});

test("a grant that the shop recorded is not shown as the person's own", () => {
  const attested = { ...claimed, assurance: "attested", entity: null } as const;
  expect(labels(attested)).toEqual(["Opted in", "Recorded by the shop"]);
});

test("a withdrawal never looks like a grant, however sure the grant was", () => {
  for (const assurance of ["claimed", "attested", "confirmed"] as const) {
    const withdrawn = { ...claimed, state: "withdrawn", assurance } as const;
    expect(labels({ ...withdrawn, entity: null })).toEqual(["Opted out"]);
    expect(labels(withdrawn)).toEqual(["Taken back for this order"]);
  }
});

test("a method the pages do not know is shown as it is", () => {
  expect(consentView(i18n, { ...claimed, method: "carrier_pigeon" }).line).toBe(
    "order updates · carrier_pigeon",
  );
});
