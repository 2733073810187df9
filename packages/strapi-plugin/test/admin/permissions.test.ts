import { expect, test } from "vitest";
import { ACTIONS } from "../../admin/src/permissions.ts";
import { ACTIONS as REGISTERED, roleOf } from "../../server/src/access/roles.ts";

test("the pages let in whoever has one of the permissions that the server registers, and nobody else", () => {
  expect(ACTIONS).toEqual(REGISTERED.map(({ pluginName, uid }) => `plugin::${pluginName}.${uid}`));
});

test("each permission that lets somebody in to the pages gives a role of its own at the server", () => {
  const roles = ACTIONS.map((action) => roleOf((asked) => asked === action));
  expect(roles).not.toContain(undefined);
  expect(new Set(roles).size).toBe(ACTIONS.length);
});
