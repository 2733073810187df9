import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { REACT_MARKS } from "./host.ts";
import { adminIn, installedIn, type Look, secondCopies } from "./sizes.ts";

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "webxkey-bench-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

test("counts every file once, every package, and each copy of one", async () => {
  const directory = await folderOf({
    "node_modules/react/package.json": "{}",
    "node_modules/react/cjs/package.json": "{}",
    "node_modules/react/index.js": "12345",
    "node_modules/@medusajs/ui/package.json": "{}",
    "node_modules/@medusajs/ui/node_modules/react/package.json": "{}",
    "node_modules/.package-lock.json": "{}",
  });
  await mkdir(join(directory, "node_modules/.bin"));
  await symlink("../react/index.js", join(directory, "node_modules/.bin/react"));
  expect(await installedIn(directory, ["react", "@medusajs/ui", "react-dom"])).toEqual({
    bytes: 15,
    packages: new Map([
      ["node_modules/@medusajs/ui/", 2],
      ["node_modules/@medusajs/ui/node_modules/react/", 2],
      ["node_modules/react/", 9],
    ]),
    copies: { react: 2, "@medusajs/ui": 1, "react-dom": 0 },
  });
});

const REACT = "x={ReactCurrentDispatcher:U,ReactCurrentBatchConfig:V}";
const REACT_DOM = 'y={rendererPackageName:"react-dom",z:x.ReactCurrentDispatcher}';

test("finds each copy of React in scripts, and only there", async () => {
  const directory = await folderOf({
    "assets/one.js": `${REACT};${REACT_DOM}`,
    "assets/two.js": REACT,
    "index.html": REACT,
  });
  const { marks, gzippedBytes } = await adminIn(directory, REACT_MARKS);
  expect(marks).toEqual({ react: 2, "react-dom": 1 });
  expect(gzippedBytes).toBeGreaterThan(0);
});

const ONCE: Look = {
  modules: { bytes: 1, packages: new Map(), copies: { react: 1 } },
  admin: { gzippedBytes: 1, marks: { react: 1 } },
};

test("a copy that is installed or bundled a second time is told, and so is a mark that shows nothing", () => {
  expect(secondCopies(ONCE, ONCE)).toEqual([]);
  const installed: Look = { ...ONCE, modules: { ...ONCE.modules, copies: { react: 2 } } };
  expect(secondCopies(ONCE, installed)).toEqual(["react is 2 times installed instead of 1"]);
  const bundled: Look = { ...ONCE, admin: { gzippedBytes: 2, marks: { react: 2 } } };
  expect(secondCopies(ONCE, bundled)).toEqual(["react is 2 times in the admin instead of 1"]);
  const unseen: Look = { ...ONCE, admin: { gzippedBytes: 1, marks: { react: 0 } } };
  expect(secondCopies(unseen, unseen)).toEqual(["nothing in the admin tells copies of react"]);
});
