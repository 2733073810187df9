import { describeConnector } from "@webxkey/testing/contracts";
import { describe, it } from "vitest";
import { createStrapiConnector } from "../../server/src/connector/index.ts";
import { happen, TELLS } from "./happen.ts";

describeConnector(
  { describe, it },
  {
    connector: createStrapiConnector({ source: "/strapi/shop", name: "Tea Shop" }),
    tells: TELLS,
    // Strapi has no wish not to notify.
    saysWish: [],
    saysLocale: TELLS,
    happen,
  },
);
