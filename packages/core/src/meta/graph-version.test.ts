import { expect, it } from "vitest";
import { GRAPH_VERSION_DEFAULT, graphVersionEnd, isGraphVersion } from "./graph-version.ts";

it("pins a version whose end is known and at least a year away from its choice", () => {
  expect(isGraphVersion(GRAPH_VERSION_DEFAULT)).toBe(true);
  expect(Date.parse(graphVersionEnd(GRAPH_VERSION_DEFAULT) ?? "")).toBeGreaterThan(Date.parse("2027-11-23"));
});

it("knows no end for a version that Meta gave none", () => {
  expect(graphVersionEnd("v26.0")).toBeUndefined();
});
