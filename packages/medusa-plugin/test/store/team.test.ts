import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, signIn } from "./api.ts";
import { openStore, type Store } from "./open-store.ts";
import { createUser, OWNER } from "./seed-store.ts";

const COLLEAGUE = { email: "colleague@tea-shop.example", password: "boxes-and-tape" };
const STRANGER = { email: "stranger@tea-shop.example", password: "books-and-sums" };

let store: Store;
let owner: Api;
let colleague: Api;
let stranger: Api;
let colleagueId: string;

beforeAll(async () => {
  store = await openStore();
  colleagueId = await createUser(store.container, COLLEAGUE);
  await createUser(store.container, STRANGER);
  owner = await signIn(store);
  colleague = await signIn(store, COLLEAGUE);
  stranger = await signIn(store, STRANGER);
});
afterAll(() => store[Symbol.asyncDispose]());

interface Team {
  readonly people: readonly { user_id: string; email: string | null; role: string | null }[];
}

const teamOf = async (api: Api) =>
  (await api<Team>("GET", "/admin/webxkey/team")).body.people.map(({ email, role }) => [email, role]);

test("who has no role learns whom to ask, and nothing else (D 8.2)", async () => {
  expect(await stranger("GET", "/admin/webxkey/access")).toMatchObject({
    status: 200,
    body: { role: null, managers: [{ name: null, email: OWNER.email }] },
  });
  for (const path of ["/admin/webxkey/team", "/admin/webxkey/intake", "/admin/webxkey/v1/messages"])
    expect((await stranger("GET", path)).status, path).toBe(403);
});

test("the owner sees every user of the admin by name and e-mail, and gives and takes a role (D 8.2)", async () => {
  expect(await teamOf(owner)).toEqual(
    expect.arrayContaining([
      [OWNER.email, "owner"],
      [COLLEAGUE.email, null],
      [STRANGER.email, null],
    ]),
  );
  const member = `/admin/webxkey/v1/members/${colleagueId}`;
  expect((await owner("PUT", member, { role: "admin" })).status).toBe(200);
  expect((await colleague("GET", "/admin/webxkey/access")).body).toEqual({ role: "admin", managers: [] });
  expect(await teamOf(colleague)).toContainEqual([COLLEAGUE.email, "admin"]);
  expect((await stranger("GET", "/admin/webxkey/access")).body).toMatchObject({
    managers: expect.arrayContaining([
      { name: null, email: OWNER.email },
      { name: null, email: COLLEAGUE.email },
    ]),
  });

  expect((await owner("PUT", member, { role: "viewer" })).status).toBe(200);
  expect((await colleague("GET", "/admin/webxkey/team")).status).toBe(403);
  expect((await owner("DELETE", member)).status).toBe(200);
  expect((await colleague("GET", "/admin/webxkey/access")).body).toMatchObject({ role: null });
});

test("a member whose account is gone stays on the list until the role is taken away (D 8.2)", async () => {
  const gone = await createUser(store.container, {
    email: "gone@tea-shop.example",
    password: "left-and-gone",
  });
  await owner("PUT", `/admin/webxkey/v1/members/${gone}`, { role: "operator" });
  await store.rows(`update "user" set deleted_at = now() where id = $1`, [gone]);
  const { body } = await owner<Team>("GET", "/admin/webxkey/team");
  expect(body.people.find(({ user_id }) => user_id === gone)).toMatchObject({
    email: null,
    role: "operator",
  });
});

test("nobody who is not signed in to the admin learns anything (D 8.2)", async () => {
  for (const path of ["access", "team"])
    expect((await fetch(`${store.url}/admin/webxkey/${path}`)).status, path).toBe(401);
});
