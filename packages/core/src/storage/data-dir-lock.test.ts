import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataDirLock, lockDataDir } from "./data-dir-lock.ts";
import { networkFileSystemOf } from "./file-system.ts";
import { listenOnLockSocket } from "./lock-socket.ts";
import { type ProcessIdentity, thisProcess } from "./process-identity.ts";

const TOKEN = "00".repeat(16);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "webxkey-lock-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What an owner leaves when nothing of it is cleared away. */
function leave(owner: ProcessIdentity | string, number = 1): void {
  mkdirSync(join(dir, "lock"), { recursive: true });
  const text = typeof owner === "string" ? owner : JSON.stringify({ token: TOKEN, ...owner });
  writeFileSync(join(dir, "lock", `owner-${number}.json`), text);
}

async function expectRefused(why: RegExp): Promise<void> {
  const startedAt = performance.now();
  await expect(lockDataDir(dir)).rejects.toMatchObject({
    code: "data_dir_locked",
    message: expect.stringMatching(why),
  });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
}

async function expectTaken(): Promise<void> {
  const lock = await lockDataDir(dir);
  // What the owner before left is cleared away: one file says who, one socket that it lives.
  expect(readdirSync(join(dir, "lock"))).toHaveLength(2);
  await lock.release();
}

describe("the lock of a data directory", () => {
  it("is refused while it is held, and free again when it is released, leaving nothing behind", async () => {
    const lock = await lockDataDir(dir);
    await expectRefused(
      /this process already has it open\. Only one process may use it\. Stop .* DATABASE_URL/,
    );
    await lock.release();
    expect(readdirSync(dir)).toEqual([]);
    await expectTaken();
  });

  it("works in a directory whose path is longer than a socket's may be", async () => {
    dir = join(dir, ...Array.from({ length: 12 }, () => "a-directory-of-many"));
    mkdirSync(dir, { recursive: true });
    const lock = await lockDataDir(dir);
    await expectRefused(/has it open/);
    await lock.release();
  });

  it.each(["free", "left by a dead owner"])(
    "goes to no more than one of twenty that ask at once, when it is %s",
    async (how) => {
      if (how !== "free") leave({ ...(await thisProcess()), startedAt: "1" }, 7);
      const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dir)));
      const held = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(held.length).toBeLessThanOrEqual(1);
      const refusals = asked.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
      expect(new Set(refusals)).toEqual(new Set(["data_dir_locked"]));
      await Promise.all(held.map((lock: DataDirLock) => lock.release()));
      await expectTaken();
    },
  );

  it("is taken over from a process that is gone", async () => {
    leave({ ...(await thisProcess()), pid: 2 ** 22 + 1 });
    await expectTaken();
  });

  it("is taken over when a later process has the owner's pid", async () => {
    leave({ ...(await thisProcess()), startedAt: "1" });
    await expectTaken();
  });

  it("is taken over when the machine was started again, whatever runs under the pid now", async () => {
    leave({ ...(await thisProcess()), bootId: "an earlier one" });
    await expectTaken();
  });

  it("is not stolen from an owner that runs, though somebody removed its socket", async () => {
    leave(await thisProcess());
    await expectRefused(/this process already has it open/);
  });

  it("is not stolen from an owner whose socket listens, whatever its pid says here", async () => {
    leave({ ...(await thisProcess()), pid: 2 ** 22 + 1, bootId: "another" });
    const socket = await listenOnLockSocket(join(dir, "lock"), TOKEN);
    await expectRefused(new RegExp(`process ${2 ** 22 + 1} has it open`));
    await socket.close();
    await expectTaken();
  });

  it("is not stolen from an owner in another container, of whom nothing can be told", async () => {
    leave({ ...(await thisProcess()), pid: 2 ** 22 + 1, pidNamespace: "pid:[1]" });
    await expectRefused(/has it open/);
  });

  it.each(["", "{", '{"pid":"x"}'])("is not stolen when its owner cannot be read: %j", async (text) => {
    leave(text);
    await expectRefused(/cannot be read from .*owner-1\.json/);
  });
});

describe("a network file system", () => {
  it.each([
    ["NFS", 0x6969],
    ["CIFS", 0xff534d42],
    ["CIFS, given as a signed number", 0xff534d42 | 0],
    ["9P", 0x01021997],
  ])("is told by its type: %s", (name, type) => {
    expect(networkFileSystemOf(type)).toBe(name.split(",")[0]);
  });

  it.each([
    ["ext4", 0xef53],
    ["xfs", 0x58465342],
    ["btrfs", 0x9123683e],
    ["tmpfs", 0x01021994],
    ["overlayfs", 0x794c7630],
  ])("is not what a local one is taken for: %s", (_name, type) => {
    expect(networkFileSystemOf(type)).toBeUndefined();
  });
});
