import type { Role } from "@webxkey/core";
import { contract, RIGHTS, SERVICE_SCOPES } from "@webxkey/core/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, createKey, routesOf } from "./api-client.ts";
import { OWNER, STORES } from "./engine.ts";
import { openShop, type Shop } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

/** The right that each route asks for, said once more so that neither can change alone. `null`: any member. */
const RIGHT_OF: Readonly<Record<string, string | null>> = {
  "GET /v1/me": null,
  "GET /v1/members": "member:read",
  "PUT /v1/members/{user_id}": "member:write",
  "DELETE /v1/members/{user_id}": "member:write",
  "GET /v1/invitations": "member:read",
  "POST /v1/invitations": "member:write",
  "POST /v1/invitations/{invitation_id}/revoke": "member:write",
  "GET /v1/settings": "workspace:read",
  "PATCH /v1/settings": "workspace:write",
  "GET /v1/keys": "key:read",
  "POST /v1/keys": "key:create",
  "POST /v1/keys/{key_id}/revoke": "key:revoke",
  "GET /v1/workspaces": "workspace:read",
  "POST /v1/workspaces": "workspace:create",
  "GET /v1/senders": "sender:read",
  "POST /v1/senders": "sender:connect",
  "POST /v1/senders/{sender_id}/check": "sender:check",
  "POST /v1/senders/{sender_id}/disconnect": "sender:connect",
  "POST /v1/senders/{sender_id}/choose": "sender:connect",
  "GET /v1/connections": "connection:read",
  "GET /v1/connections/{connection_id}": "connection:read",
  "POST /v1/connections": "connection:write",
  "PUT /v1/connections/{connection_id}": "connection:write",
  "POST /v1/connections/{connection_id}/rotate-address": "connection:write",
  "POST /v1/connections/{connection_id}/rotate-secret": "connection:write",
  "POST /v1/connections/{connection_id}/retry": "connection:write",
  "POST /v1/connections/{connection_id}/test": "connection:write",
  "DELETE /v1/connections/{connection_id}": "connection:write",
  "GET /v1/templates": "template:read",
  "POST /v1/templates/sync": "template:sync",
  "GET /v1/rules": "rule:read",
  "PUT /v1/rules/{rule_id}": "rule:write",
  "GET /v1/messages": "message:read",
  "GET /v1/messages/{message_id}/timeline": "message:read",
  "POST /v1/messages/{message_id}/release": "message:release",
  "POST /v1/messages/{message_id}/cancel": "message:release",
  "POST /v1/messages/{message_id}/resend": "message:release",
  "POST /v1/messages/release": "message:release",
  "POST /v1/messages/cancel": "message:release",
  "GET /v1/entities/{entity_type}/{entity_ref}/timeline": "message:read",
  "GET /v1/consents": "consent:read",
  "POST /v1/consents/show": "consent:read",
  "POST /v1/consents": "consent:grant",
  "POST /v1/consents/import": "consent:import",
  "POST /v1/consents/withdraw": "consent:withdraw",
  "GET /v1/unsure": "unsure:read",
  "GET /v1/unsure/count": "unsure:read",
  "POST /v1/unsure/{case_id}/answer": "unsure:answer",
  "GET /v1/wordings": "wording:read",
  "POST /v1/wordings": "wording:write",
  "GET /v1/answers": "answer:read",
  "POST /v1/answers/read": "answer:mark",
  "GET /v1/alerts": "alert:read",
  "POST /v1/alerts/{alert_id}/acknowledge": "alert:acknowledge",
  "GET /v1/privacy-requests": "privacy:read",
  "GET /v1/privacy-requests/{request_id}": "privacy:read",
  "POST /v1/privacy-requests/{request_id}/answer": "privacy:answer",
  "POST /v1/events": "event:publish",
  "POST /v1/audit/verify": "audit:verify",
};

const ROLES: readonly Role[] = [
  "owner",
  "admin",
  "privacy_officer",
  "operator",
  "developer",
  "viewer",
  "auditor",
  "service",
];
const NOBODYS_ID = "0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e";
const PATH_VALUES: Readonly<Record<string, string>> = {
  user_id: "user_x",
  key_id: NOBODYS_ID,
  invitation_id: NOBODYS_ID,
  sender_id: NOBODYS_ID,
  connection_id: NOBODYS_ID,
  request_id: NOBODYS_ID,
  case_id: NOBODYS_ID,
  rule_id: "no-such-rule",
  message_id: NOBODYS_ID,
  entity_type: "order",
  entity_ref: "order_x",
};

test("every route of the contract names a right or is for every member, and there is no other", () => {
  expect(routesOf(contract).sort()).toEqual(Object.keys(RIGHT_OF).sort());
});

function ownRightsOf(role: Role): string[] {
  return Object.entries(RIGHTS).flatMap(([right, roles]) =>
    (roles as readonly Role[]).includes(role) ? [right] : [],
  );
}

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false, connected: false });
    for (const role of ROLES.filter((one) => one !== "owner" && one !== "service"))
      await set(OWNER, `a_${role}`, role);
    await shop.store.query(
      "insert into webxkey.members (workspace_id, user_id, role, subject_id) values ('shop', 'a_service', 'service', gen_random_uuid())",
    );
    await set(OWNER, "a_owner", "owner");
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const set = (by: string, userId: string, role: string) =>
    shop.engine.call<{ detail: string }>("PUT", `/v1/members/${userId}`, { role }, by);
  const filled = (route: string) => {
    const [method = "", path = ""] = route.split(" ");
    return {
      method,
      path: path.replace(/\{(\w+)\}/g, (_, name: string) => PATH_VALUES[name] ?? ""),
      body: method === "GET" || method === "DELETE" ? undefined : {},
    };
  };
  const ask = (route: string, as: string | null) => {
    const { method, path, body } = filled(route);
    return shop.engine.call<{ code: string; detail: string }>(method, path, body, as);
  };
  const askWithKey = (route: string, key: string | undefined) => {
    const { method, path, body } = filled(route);
    return clientWith(shop.engine, key).call(method, path, body);
  };
  const roleOf = async (userId: string, as = OWNER) => {
    const { body } = await shop.engine.call<{ members: { user_id: string; role: string }[] }>(
      "GET",
      "/v1/members",
      undefined,
      as,
    );
    return body.members.find(({ user_id }) => user_id === userId)?.role;
  };

  test.each(ROLES)(
    "the role %s may do what its rights say on every route, and nothing else",
    async (role) => {
      const { body } = await shop.engine.call<{ role: string; rights: string[] }>(
        "GET",
        "/v1/me",
        undefined,
        `a_${role}`,
      );
      expect(body.role).toBe(role);
      for (const [route, right] of Object.entries(RIGHT_OF)) {
        const { status, body: answer } = await ask(route, `a_${role}`);
        if (right === null || body.rights.includes(right))
          expect([200, 202, 400, 404, 409], `${role} ${route}`).toContain(status);
        else
          expect([route, status, answer.detail]).toEqual([
            route,
            403,
            role === "service"
              ? `This service does not have the right ${right}. If a service key can have it, make one with that scope.`
              : `The role ${role} does not have the right ${right}. An owner or admin can give you another role.`,
          ]);
      }
    },
  );

  test.each(Object.keys(RIGHT_OF))(
    "%s is answered 401 without a caller, and 403 for somebody without a role",
    async (route) => {
      expect(await ask(route, null)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      expect(await ask(route, "user_of_the_host")).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    },
  );

  test.each(ROLES.filter((role) => role !== "service"))(
    "a personal key of the role %s may do on every route what the role may, and nothing else",
    async (role) => {
      const { key } = await createKey(shop.engine, { kind: "personal" }, `a_${role}`);
      await expectRights(key, role, ownRightsOf(role));
    },
  );

  test.each(SERVICE_SCOPES)(
    "a service key of the scope %s may do that on every route, and nothing else",
    async (scope) => {
      const { key } = await createKey(shop.engine, { kind: "service", scopes: [scope] });
      await expectRights(key, "service", [scope]);
    },
  );

  test("without a key, and with one that is none, every route is answered 401 before anything is looked at", async () => {
    for (const route of routesOf(contract)) {
      for (const key of [undefined, `wxk_${"0".repeat(43)}`])
        expect([route, await askWithKey(route, key)]).toMatchObject([
          route,
          { status: 401, body: { code: "unauthenticated" } },
        ]);
    }
  });

  async function expectRights(key: string, role: string, rights: readonly string[]): Promise<void> {
    for (const route of routesOf(contract)) {
      const right = RIGHT_OF[route];
      const { status, body } = await askWithKey(route, key);
      if (right === null || rights.includes(right ?? ""))
        expect([200, 202, 400, 404, 409], `${role} ${route}`).toContain(status);
      else expect([role, route, status, body.code]).toEqual([role, route, 403, "forbidden"]);
    }
  }

  test("nobody changes their own role, not even an owner", async () => {
    for (const role of ["owner", "admin"]) {
      expect(await set(`a_${role}`, `a_${role}`, "owner")).toMatchObject({
        status: 403,
        body: { detail: "Nobody changes their own role: ask another owner." },
      });
    }
  });

  test("only an owner makes an owner or changes one", async () => {
    const sentence = "Only an owner makes or changes an owner.";
    expect(await set("a_admin", "a_viewer", "owner")).toMatchObject({
      status: 403,
      body: { detail: sentence },
    });
    expect(await set("a_admin", "a_owner", "viewer")).toMatchObject({
      status: 403,
      body: { detail: sentence },
    });
    expect(await set("a_admin", "user_new", "admin")).toMatchObject({ status: 200 });
    expect(await set("a_owner", "user_new", "owner")).toMatchObject({ status: 200 });
    expect(await set("a_owner", "user_new", "viewer")).toMatchObject({ status: 200 });
  });

  test("nobody is made a service through the API, and no role is made up", async () => {
    for (const role of ["service", "root", ""])
      expect(await set(OWNER, "user_new", role)).toMatchObject({ status: 400 });
  });

  test("a role that was taken away is gone with the next request", async () => {
    await set(OWNER, "user_brief", "admin");
    expect((await shop.engine.call("GET", "/v1/members", undefined, "user_brief")).status).toBe(200);
    await set(OWNER, "user_brief", "viewer");
    expect((await shop.engine.call("GET", "/v1/members", undefined, "user_brief")).status).toBe(403);
  });

  test("two owners who demote each other at once leave one of them", async () => {
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all([set(OWNER, "a_owner", "viewer"), set("a_owner", OWNER, "viewer")]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      const roles = await shop.store.query<{ user_id: string; role: string }>(
        "select user_id, role from webxkey.members where role = 'owner'",
      );
      expect(roles).toHaveLength(1);
      const [left] = roles;
      const other = left?.user_id === OWNER ? "a_owner" : OWNER;
      expect((await set(left?.user_id ?? "", other, "owner")).status).toBe(200);
    }
  });

  test("an engine that starts again does not make its configured owner one again", async () => {
    await set("a_owner", OWNER, "viewer");
    await shop.engine.messaging.migrate();
    expect(await roleOf(OWNER, "a_owner")).toBe("viewer");
    await set("a_owner", OWNER, "owner");
    expect(await roleOf(OWNER)).toBe("owner");
  });
});
