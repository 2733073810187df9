import { cpSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, createMessaging, pglite, secret } from "@webxkey/core";
import { afterAll, describe, expect, inject, test } from "vitest";
import { A_SECOND_MS_MAX } from "./a-second.ts";
import { askFrom, askWhileOwned, killPgliteWriters, startPgliteProcess } from "./pglite-kills.ts";
import type {} from "./prepare-stores.ts";

const dirs: string[] = [];
function copyOfPrepared(): string {
  const dir = mkdtempSync(join(tmpdir(), "webxkey-pglite-lock-"));
  cpSync(inject("preparedDirectory"), dir, { recursive: true });
  dirs.push(dir);
  return dir;
}
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

// Processes start and recover a database: seconds on a machine that is busy.
describe("a PGlite directory", { timeout: 180_000 }, () => {
  test("refuses a second process within a second, fifty times, while the first goes on writing, and is intact (R17)", async () => {
    const dir = copyOfPrepared();
    const { ownerPid, answers, acknowledged, lost } = await askWhileOwned(dir, 50);
    expect(acknowledged).toBeGreaterThan(0);
    expect(lost).toBe(0);
    expect(answers).toHaveLength(50);
    for (const { code, ms } of answers) {
      expect(code).toContain(
        `data_dir_locked: The data directory ${dir} cannot be opened: process ${ownerPid}`,
      );
      expect(code).toContain("DATABASE_URL");
      expect(ms).toBeLessThan(A_SECOND_MS_MAX);
    }
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    process.stdout.write(
      `R17: a second process was refused 50 of 50 times, at the latest after ${slowest.toFixed()} ms\n`,
    );
  });

  test("is not taken from an owner that is stopped, and is taken when it was killed", async () => {
    const dir = copyOfPrepared();
    await using owner = startPgliteProcess("write", dir);
    await owner.next();
    owner.child.kill("SIGSTOP");
    expect((await askFrom(dir))[0]?.code).toContain(`process ${owner.child.pid} has it open`);
    owner.child.kill("SIGCONT");
    expect(await owner.next()).toMatchObject({ acknowledged: expect.any(Number) });
    await owner.kill();
    expect((await askFrom(dir))[0]?.code).toBe("opened");
  });

  test("loses no acknowledged row when its process is killed (R16)", async () => {
    const told = await killPgliteWriters(copyOfPrepared(), 10);
    process.stdout.write(
      `R16: ${told.kills} kills, ${told.acknowledged} rows acknowledged, ${told.lost} lost\n`,
    );
    expect(told.lost).toBe(0);
    expect(told.acknowledged).toBeGreaterThanOrEqual(10);
  });

  test("is free again for the same process when its engine was closed, and says in the log what it does not survive", async () => {
    const dir = copyOfPrepared();
    const lines: string[] = [];
    const open = () => pglite({ dataDir: dir }).open();
    const messaging = createMessaging({
      storage: pglite({ dataDir: dir }),
      rootKey: secret(inject("rootKey")),
      workspace: { id: "shop", name: "Lucky Shrub" },
      rules: [],
      wordings: [],
      webhookUrl: "http://127.0.0.1:9/v1/meta/webhook",
      log: createLog({ level: "warn", destination: { write: (line) => void lines.push(line) } }),
    });
    await messaging.installedAt();
    await expect(open()).rejects.toMatchObject({ code: "data_dir_locked" });
    await messaging.close();
    await (await open())[Symbol.asyncDispose]();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: "storage.pglite_opened", reason: expect.stringContaining("is not power-loss safe") },
    ]);
  });
});
