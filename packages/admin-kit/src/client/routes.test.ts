import { minifyContractRouter } from "@orpc/contract";
import { contract } from "@webxkey/core/contract";
import { expect, test } from "vitest";
import { ROUTES } from "./routes.ts";

test("the routes of the client are those of the contract", () => {
  expect(ROUTES).toEqual(methodsAndPaths(minifyContractRouter(contract)));
});

function methodsAndPaths(router: unknown): unknown {
  if (typeof router !== "object" || router === null) return router;
  if ("~orpc" in router) {
    const { route } = router["~orpc"] as { route: { method: string; path: string } };
    return `${route.method} ${route.path}`;
  }
  return Object.fromEntries(Object.entries(router).map(([name, inner]) => [name, methodsAndPaths(inner)]));
}
