import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRootKey, rootKeyFile, writeRootKey } from "./root-key.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "webxkey-root-key-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("lies beside the data directory and not in it", () => {
  const file = rootKeyFile(join(directory, "data"));
  expect(dirname(file)).toBe(directory);
  expect(file.startsWith(`${join(directory, "data")}/`)).toBe(false);
});

test("is written for its owner alone, whatever the umask, and read back", async () => {
  const file = join(directory, "written");
  const before = process.umask(0);
  const written = await writeRootKey(file).finally(() => process.umask(before));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const read = await readRootKey(file);
  expect("reveal" in read && read.reveal()).toBe(written.reveal());
});

test("is never overwritten", async () => {
  const file = join(directory, "kept");
  const first = await writeRootKey(file);
  await expect(writeRootKey(file)).rejects.toThrow("EEXIST");
  expect(await readFile(file, "utf8")).toBe(`${first.reveal()}\n`);
});

test.each([0o640, 0o604, 0o620, 0o602, 0o610])(
  "is refused with the mode %o, which others may use",
  async (mode) => {
    const file = join(directory, `mode-${mode}`);
    const key = await writeRootKey(file);
    await chmod(file, mode);
    const read = await readRootKey(file);
    expect(read).toEqual({ problem: expect.stringContaining(`chmod 600 ${file}`), missing: false });
    expect(JSON.stringify(read)).not.toContain(key.reveal());
  },
);

test("is refused when it is no key, without showing what it is", async () => {
  const file = join(directory, "wrong");
  await writeFile(file, "canary", { mode: 0o600 });
  const read = await readRootKey(file);
  expect(read).toEqual({ problem: expect.stringContaining("does not hold a root key"), missing: false });
  expect(JSON.stringify(read)).not.toContain("canary");
});

test("has no default: without one the way to it is told", async () => {
  const read = await readRootKey(join(directory, "none"));
  expect(read).toEqual({ problem: expect.stringMatching(/WEBXKEY_ROOT_KEY.*webxkey init/), missing: true });
});
