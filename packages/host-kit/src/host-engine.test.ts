import { createLog, createMessaging, type Messaging, pglite, secret } from "@webxkey/core";
import { expect, test } from "vitest";
import { type HostEngineParts, hostEngine } from "./host-engine.ts";
import { rightsOf, setRole } from "./staff.ts";

const log = createLog({ level: "silent" });
const rootKey = secret(Buffer.from(Array.from({ length: 32 }, (_, index) => index * 3)).toString("base64"));

/** An engine in memory, and how often it was made. */
function engines() {
  let made = 0;
  const create = (): Messaging => {
    made++;
    return createMessaging({
      storage: pglite(),
      rootKey,
      workspace: { id: "shop", name: "Tea Shop" },
      rules: [],
      wordings: [],
      webhookUrl: "https://shop.example/webhook",
      log,
    });
  };
  return { create, made: () => made };
}

function host(parts: Partial<HostEngineParts> = {}) {
  const { create, made } = engines();
  const hosted = hostEngine({
    create,
    owner: "owner@tea-shop.example",
    roles: { "packer@tea-shop.example": "viewer" },
    findUserId: async () => undefined,
    works: () => true,
    log,
    ...parts,
  });
  return { ...hosted, made, [Symbol.asyncDispose]: () => hosted.close() };
}

/** A host with its owner and one colleague who is named in its options, and the same engine given to the next start of it. */
async function startedHost() {
  const engine = engines().create();
  const users: Record<string, string> = {
    "owner@tea-shop.example": "user_1",
    "packer@tea-shop.example": "user_2",
  };
  const restart = () => host({ create: () => engine, findUserId: async (named) => users[named] }).messaging();
  await restart();
  return { engine, restart };
}

test("an owner and staff who sign up after the engine was opened are recognised, by the engine that is open", async () => {
  const users: Record<string, string> = {};
  await using hosted = host({ findUserId: async (named) => users[named] });
  const engine = await hosted.messaging();
  await hosted.recognizeOwner();
  expect(await rightsOf(engine, "user_1")).toEqual([]);

  users["owner@tea-shop.example"] = "user_1";
  users["packer@tea-shop.example"] = "user_2";
  await Promise.all([hosted.recognizeOwner(), hosted.recognizeOwner()]);
  expect(await rightsOf(engine, "user_1")).toContain("member:write");
  expect(await rightsOf(engine, "user_2")).toContain("message:read");
  expect(await rightsOf(engine, "user_2")).not.toContain("rule:write");
  expect(hosted.made()).toBe(1);
});

test("a role that a person took away stays away when the host starts again (D 8.2)", async () => {
  const { engine, restart } = await startedHost();
  await setRole(engine, "user_1", "user_2", null);
  await restart();
  expect(await rightsOf(engine, "user_2")).toEqual([]);
  // Given by a person again, it is theirs to keep.
  await setRole(engine, "user_1", "user_2", "operator");
  await restart();
  expect(await rightsOf(engine, "user_2")).toContain("rule:write");
});

test("the host starts though its configured owner is no longer one, and nobody gets a role back by it (D 8.2)", async () => {
  const { engine, restart } = await startedHost();
  await setRole(engine, "user_1", "user_2", "owner");
  await setRole(engine, "user_2", "user_1", "viewer");
  await restart();
  expect(await rightsOf(engine, "user_1")).not.toContain("member:read");
  await setRole(engine, "user_2", "user_1", null);
  await restart();
  expect(await rightsOf(engine, "user_1")).toEqual([]);
});

test("a job neither works nor opens the engine before this process works", async () => {
  let working = false;
  let runs = 0;
  await using hosted = host({ works: () => working });
  const job = hosted.background("count", async () => runs++);
  await job();
  expect([runs, hosted.made()]).toEqual([0, 0]);

  working = true;
  await job();
  expect([runs, hosted.made()]).toEqual([1, 1]);
  await hosted.stop();
  await job();
  expect(runs).toBe(1);
});

test("a job that fails does not reject and is done again; an engine that could not be opened is tried again", async () => {
  const { create } = engines();
  let tries = 0;
  let runs = 0;
  await using hosted = host({
    create: () => {
      if (++tries === 1) throw new Error("the database is away");
      return create();
    },
  });
  const job = hosted.background("fail", async () => {
    runs++;
    throw new Error("it did not work");
  });
  await job();
  expect(runs).toBe(0);
  await job();
  await job();
  expect([tries, runs]).toEqual([2, 2]);
  await hosted.stop();
});
