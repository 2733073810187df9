import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { APP_DIRECTORY, spawnStrapi } from "@webxkey/demo-strapi";
import { expect, test } from "vitest";

test("a command that loads the application and serves nothing opens no storage of the engine's", async () => {
  const directory = await mkdtemp(join(tmpdir(), "webxkey-strapi-command-"));
  try {
    const types = relative(APP_DIRECTORY, join(directory, "types"));
    const strapi = spawnStrapi(["ts:generate-types", "--out-dir", types], { directory });
    expect(await strapi.exited, strapi.lastWords()).toBe(0);
    expect((await readdir(directory)).toSorted()).toEqual(["public", "types"]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
