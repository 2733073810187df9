import { describeConnector } from "@webxkey/testing/contracts";
import { describe, it } from "vitest";
import { createMedusaConnector } from "../../src/connector/index.ts";
import { happen, ORDER_TYPES, TELLS } from "./happen.ts";

describeConnector(
  { describe, it },
  {
    connector: createMedusaConnector({ source: "/medusa/shop", name: "Tea Shop" }),
    tells: TELLS,
    saysWish: ORDER_TYPES,
    saysLocale: ORDER_TYPES,
    happen,
  },
);
