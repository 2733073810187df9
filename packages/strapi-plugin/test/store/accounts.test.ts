import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi, registerOwner } from "./api.ts";
import { type App, openApp } from "./open-app.ts";
import { expectDrained, factsOf, map, WITHIN } from "./shop.ts";

let app: App;

beforeAll(async () => {
  app = await openApp();
  await map(await registerOwner(app), { order: null, account: { phone: ["username"] } });
});
afterAll(() => app?.[Symbol.asyncDispose]());

const USER = "plugin::users-permissions.user";
const users = () => app.strapi.db.query(USER);
let count = 0;

async function register(): Promise<{ documentId: string; id: number; email: string }> {
  const email = `buyer-${++count}@example.com`;
  const { status } = await createApi(app)("POST", "/api/auth/local/register", {
    username: `buyer${count}`,
    email,
    password: "Leaves-and-3-pots",
  });
  expect(status).toBe(200);
  return await users().findOne({ where: { email } });
}

test("an account that registers is told once", async () => {
  const { documentId } = await register();
  await app.runtime.sweep();
  await expect
    .poll(() => factsOf(app, documentId), WITHIN)
    .toMatchObject([{ type: "user.created", outcome: "published" }]);
});

test("one that comes by another door, past Strapi's documents, is told too", async () => {
  const { documentId } = await users().create({ data: { username: "by-provider", email: "p@example.com" } });
  await expect
    .poll(() => factsOf(app, documentId), WITHIN)
    .toMatchObject([{ type: "user.created", outcome: "published" }]);
});

test("one that is confirmed is told when it becomes so, not each time it is written", async () => {
  const { documentId, id } = await users().create({
    data: { username: "unconfirmed", email: "u@example.com", confirmed: false },
  });
  const service = app.strapi.plugin("users-permissions").service("user");
  await service.edit(id, { confirmed: true, confirmationToken: null });
  await service.edit(id, { confirmed: true, username: "confirmed" });
  await expectDrained(app);
  expect((await factsOf(app, documentId)).map(({ type }) => type)).toEqual([
    "user.created",
    "user.confirmed",
  ]);
});

test("a password reset is told each time it is asked for, and its token is stored nowhere", async () => {
  const { documentId, email } = await register();
  for (const _ of [1, 2]) {
    expect((await createApi(app)("POST", "/api/auth/forgot-password", { email })).status).toBe(200);
  }
  await expectDrained(app);
  const facts = await factsOf(app, documentId);
  expect(facts.map(({ type }) => type)).toEqual([
    "user.created",
    "user.password_reset",
    "user.password_reset",
  ]);
  const { resetPasswordToken } = await users().findOne({ where: { documentId } });
  expect(resetPasswordToken).toMatch(/^[0-9a-f]{32,}$/);
  expect(JSON.stringify(facts)).not.toContain(resetPasswordToken);

  // What is done with the token is no further act.
  const reset = {
    code: resetPasswordToken,
    password: "Other-and-4-pots",
    passwordConfirmation: "Other-and-4-pots",
  };
  expect((await createApi(app)("POST", "/api/auth/reset-password", reset)).status).toBe(200);
  expect(await factsOf(app, documentId)).toHaveLength(3);
});
