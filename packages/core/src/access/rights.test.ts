import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { may, RIGHTS, type Right, ROLES, type Role, rightsOf, SERVICE_SCOPES } from "./rights.ts";

const RIGHT_NAMES = Object.keys(RIGHTS) as Right[];

/** What every person has: their workspaces and their own keys. */
const OWN: readonly Right[] = ["workspace:read", "key:read", "key:create", "key:revoke"];

test("a role has a right only where the table says so", () => {
  for (const role of ROLES) {
    for (const right of RIGHT_NAMES) {
      const listed: readonly Role[] = RIGHTS[right];
      expect(may(role, right)).toBe(listed.includes(role));
      expect(rightsOf(role).includes(right)).toBe(may(role, right));
    }
  }
  expect(may("root" as Role, "member:read")).toBe(false);
});

test.each<[Role, Right[]]>([
  ["service", ["consent:grant", "consent:withdraw", "event:publish"]],
  [
    "auditor",
    [...OWN, "template:read", "rule:read", "wording:read", "privacy:read", "audit:read", "audit:verify"],
  ],
  [
    "viewer",
    [
      ...OWN,
      "sender:read",
      "connection:read",
      "template:read",
      "rule:read",
      "message:read",
      "consent:read",
      "wording:read",
      "alert:read",
    ],
  ],
])("%s, a narrow role, may do no more than this", (role, rights) => {
  expect(rightsOf(role)).toEqual(rights);
});

test.each<[string, Right, Role[]]>([
  ["makes people members", "member:write", ["owner", "admin"]],
  ["handles credentials", "sender:connect", ["owner", "admin"]],
  ["connects shops", "connection:write", ["owner", "admin"]],
  ["makes keys for services or ends those of others", "key:manage", ["owner", "admin"]],
  ["makes workspaces", "workspace:create", ["owner"]],
  ["records somebody's consent", "consent:grant", ["owner", "privacy_officer", "service"]],
  ["imports consents", "consent:import", ["owner", "privacy_officer"]],
  ["writes the words that people agree to", "wording:write", ["owner", "admin", "privacy_officer"]],
  ["publishes events", "event:publish", ["service"]],
])("nobody else %s", (_what, right, roles) => {
  expect(ROLES.filter((role) => may(role, right))).toEqual(roles);
});

test("a service key can be given what the role service has, and no more", () => {
  expect([...SERVICE_SCOPES].sort()).toEqual(rightsOf("service").sort());
});

test("SECURITY.md prints the table as it is", () => {
  const page = readFileSync(new URL("../../../../SECURITY.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+:\w+)` \|(.+)\|$/gm)].map(([, right, cells = ""]) => ({
    right,
    roles: ROLES.filter((_, index) => cells.split("|")[index]?.trim() === "yes"),
  }));
  expect(rows).toEqual(
    RIGHT_NAMES.map((right) => ({ right, roles: ROLES.filter((role) => may(role, right)) })),
  );
});
