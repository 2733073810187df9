import { describeConnector } from "@webxkey/testing/contracts";
import { describe, expect, it, test } from "vitest";
import { webhookConnectors } from "../src/index.ts";
import { PLATFORMS } from "./platforms/index.ts";
import { connectorOf } from "./platforms/platform.ts";

for (const platform of PLATFORMS) {
  describeConnector({ describe, it }, { ...platform.subject, connector: connectorOf(platform) });
}

test("every connector of the package is held to the contract", () => {
  expect(PLATFORMS.map(({ connector }) => connector)).toEqual(webhookConnectors);
});
