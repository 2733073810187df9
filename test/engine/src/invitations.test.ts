import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith } from "./api-client.ts";
import { OWNER, STORES } from "./engine.ts";
import { auditOf, openShop, type Shop } from "./shop.ts";
import { placesOf } from "./tables.ts";
import { quietSimulator } from "./webhooks.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Created {
  readonly invitation_id: string;
  readonly invitation: string;
  readonly expires_at: string;
}

interface Accepted {
  readonly user_id: string;
  readonly role: string;
  readonly key: string;
}

describe.each(STORES)("invitations on %s", (name) => {
  let shop: Shop;
  let now = new Date();
  beforeAll(async () => {
    const clock = { now: () => now };
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connected: false,
      clock,
    });
    for (const role of ["admin", "operator"])
      await shop.engine.call("PUT", `/v1/members/an_${role}`, { role });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const invite = (user_id: string, role: string, as = OWNER) =>
    shop.engine.call<Created>("POST", "/v1/invitations", { user_id, role }, as);
  const accept = (invitation: string) =>
    clientWith(shop.engine, invitation).call<Accepted>("POST", "/v1/invitations/accept");
  const me = (key: string) => clientWith(shop.engine, key).call("GET", "/v1/me");
  const refused = {
    status: 401,
    body: { code: "unauthenticated", detail: expect.stringMatching(/used, expired/) },
  };

  test("an invitation makes one member with the role named and one key, and is good once (D 6.6)", async () => {
    const { status, body } = await invite("ana", "operator");
    expect([status, Date.parse(body.expires_at) - now.getTime()]).toEqual([201, 7 * DAY_MS]);
    const answers = await Promise.all([1, 2, 3].map(() => accept(body.invitation)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 401, 401]);
    const accepted = answers.find((answer) => answer.status === 201)?.body;
    expect(accepted).toMatchObject({ user_id: "ana", role: "operator" });
    expect(await me(String(accepted?.key))).toMatchObject({
      status: 200,
      body: { user_id: "ana", role: "operator" },
    });
    expect(await accept(body.invitation)).toMatchObject(refused);
    const actions = (await auditOf(shop, body.invitation_id)).map(({ action }) => action);
    expect(actions).toEqual(["invitation.created", "invitation.accepted"]);
    expect(await auditOf(shop, "ana")).toMatchObject([{ action: "member.role_set", outcome: "operator" }]);
  });

  test("neither an invitation nor the key it gives is stored anywhere (D 6.6)", async () => {
    const { body } = await invite("ben", "viewer");
    const { body: accepted } = await accept(body.invitation);
    expect(await placesOf(shop.store, [body.invitation, accepted.key])).toEqual([]);
  });

  test("one that is old, revoked, replaced or made up is refused in the same words (D 6.6)", async () => {
    const old = await invite("cho", "viewer");
    now = new Date(now.getTime() + 7 * DAY_MS);
    expect(await accept(old.body.invitation)).toMatchObject(refused);
    const replaced = await invite("cho", "viewer");
    const revoked = await invite("cho", "viewer");
    expect(await accept(replaced.body.invitation)).toMatchObject(refused);
    const path = `/v1/invitations/${revoked.body.invitation_id}/revoke`;
    expect(await shop.engine.call("POST", path)).toMatchObject({ status: 200 });
    expect(await shop.engine.call("POST", path)).toMatchObject({ status: 404 });
    expect(await accept(revoked.body.invitation)).toMatchObject(refused);
    for (const made of [`wxi_${"a".repeat(43)}`, "wxi_short", `wxk_${"a".repeat(43)}`])
      expect(await accept(made)).toMatchObject(refused);
    expect(await clientWith(shop.engine).call("POST", "/v1/invitations/accept")).toMatchObject({
      status: 401,
    });
    expect(await shop.engine.call("GET", "/v1/invitations")).toMatchObject({ body: { invitations: [] } });
  });

  test("an invitation is worth what its inviter may do when it is accepted (D 6.6)", async () => {
    expect(await invite("dee", "owner", "an_admin")).toMatchObject({ status: 403 });
    expect(await invite("dee", "viewer", "an_operator")).toMatchObject({ status: 403 });
    const { body } = await invite("dee", "admin", "an_admin");
    await shop.engine.call("PUT", "/v1/members/an_admin", { role: "viewer" });
    expect(await accept(body.invitation)).toMatchObject(refused);
    await shop.engine.call("PUT", "/v1/members/an_admin", { role: "admin" });
    expect(await accept(body.invitation)).toMatchObject({ status: 201 });
  });

  test("nobody becomes another role by an invitation than the one they have (D 6.6)", async () => {
    expect(await invite("an_operator", "owner")).toMatchObject({
      status: 409,
      body: { fields: [{ pointer: "/user_id" }] },
    });
    const { body } = await invite("eli", "admin");
    await shop.engine.call("PUT", "/v1/members/eli", { role: "viewer" });
    expect(await accept(body.invitation)).toMatchObject(refused);
    for (const role of ["service", "root"]) expect(await invite("fay", role)).toMatchObject({ status: 400 });
  });
});
