import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/check/workspace.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Runs the repository's rules over a tree that holds one import, and returns the names of the rules it breaks. */
function brokenRules(from: string, to: string): string[] {
  const root = temporaryDirectory();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  cpSync(join(ROOT, "tsconfig.base.json"), join(root, "tsconfig.base.json"));
  const isFile = /\.tsx?$/.test(to);
  const path = relative(dirname(from), to);
  const specifier = isFile && !path.startsWith(".") ? `./${path}` : path;
  write(
    from,
    `import { thing } from ${JSON.stringify(isFile ? specifier : to)};\nexport const used = thing;\n`,
  );
  if (isFile) write(to, "export const thing = 1;\n");
  else write(`node_modules/${to}/package.json`, JSON.stringify({ name: to, main: "index.js" }));
  if (!isFile) write(`node_modules/${to}/index.js`, "exports.thing = 1;\n");

  const config = join(ROOT, ".dependency-cruiser.cjs");
  const program = join(ROOT, "node_modules", ".bin", "depcruise");
  const args = ["--config", config, "--output-type", "json", String(from.split("/")[0])];
  const { stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (!stdout.startsWith("{")) throw new Error(stderr || stdout);
  const { summary } = JSON.parse(stdout) as { summary: { violations: Array<{ rule: { name: string } }> } };
  return summary.violations.map(({ rule }) => rule.name);
}

const core = (path: string) => `packages/core/src/${path}`;

test.each([
  { from: core("kernel/clock.ts"), to: core("storage/index.ts"), rule: "core-order-kernel" },
  { from: core("consent/consent.ts"), to: core("templates/index.ts"), rule: "core-order-consent" },
  { from: core("policy/decide.ts"), to: core("outbox/index.ts"), rule: "core-order-policy" },
  { from: core("outbox/claim.ts"), to: core("http/contract.ts"), rule: "core-order-outbox" },
  { from: core("meta/graph-client.ts"), to: core("storage/index.ts"), rule: "core-meta-is-a-leaf" },
  {
    from: core("outbox/send.ts"),
    to: core("channels/whatsapp/index.ts"),
    rule: "core-channels-below-composition",
  },
  {
    from: core("messaging.ts"),
    to: core("channels/whatsapp/index.ts"),
    rule: "core-channels-below-composition",
  },
  {
    from: core("channels/messenger/index.ts"),
    to: core("channels/whatsapp/to-graph.ts"),
    rule: "core-channels-know-no-other-channel",
  },
  { from: core("outbox/claim.ts"), to: core("consent/consent-store.ts"), rule: "core-store-is-private" },
  {
    from: core("create-messaging.ts"),
    to: core("consent/consent-store.ts"),
    rule: "core-store-is-private-from-the-root",
  },
  { from: core("outbox/claim.ts"), to: core("create-messaging.ts"), rule: "core-composition-is-the-top" },
  { from: core("http/handler.ts"), to: core("consent/consent.ts"), rule: "core-http-by-the-front-door" },
  {
    from: core("retention/plan.ts"),
    to: core("consent/index.ts"),
    rule: "core-retention-and-privacy-know-no-feature",
  },
  { from: core("kernel/clock.ts"), to: "@medusajs/framework", rule: "core-knows-no-platform" },
  { from: core("node/index.ts"), to: "express", rule: "core-knows-no-platform" },
  { from: core("kernel/clock.ts"), to: "packages/testing/src/index.ts", rule: "core-imports-no-package" },
  {
    from: "packages/testing/src/index.ts",
    to: "packages/admin-kit/src/index.ts",
    rule: "testing-imports-core-only",
  },
  {
    from: "packages/admin-kit/src/index.ts",
    to: "packages/testing/src/index.ts",
    rule: "admin-kit-imports-core-only",
  },
  {
    from: "packages/medusa-plugin/src/index.ts",
    to: "packages/testing/src/index.ts",
    rule: "plugins-import-admin-kit-and-core",
  },
  {
    from: "packages/medusa-plugin/src/index.ts",
    to: "apps/gateway/src/env.ts",
    rule: "nothing-imports-apps",
  },
])("$from may not import $to", ({ from, to, rule }) => {
  expect(brokenRules(from, to)).toContain(rule);
});

test.each([
  { from: core("outbox/claim.ts"), to: core("kernel/clock.ts") },
  { from: core("consent/consent.ts"), to: core("consent/consent-store.ts") },
  { from: core("create-messaging.ts"), to: core("channels/whatsapp/index.ts") },
  { from: core("channels/whatsapp/to-graph.ts"), to: core("meta/graph-client.ts") },
  { from: core("http/handler.ts"), to: core("consent/index.ts") },
  { from: "packages/medusa-plugin/src/index.ts", to: "packages/core/src/index.ts" },
  { from: "apps/gateway/src/main.ts", to: "packages/core/src/index.ts" },
  { from: "test/e2e/src/shop.test.ts", to: "apps/demo-medusa/harness/index.ts" },
])("$from may import $to", ({ from, to }) => {
  expect(brokenRules(from, to)).toEqual([]);
});

test("two files that import each other are refused", () => {
  const root = temporaryDirectory();
  const dir = join(root, "packages", "core", "src", "kernel");
  mkdirSync(dir, { recursive: true });
  cpSync(join(ROOT, "tsconfig.base.json"), join(root, "tsconfig.base.json"));
  writeFileSync(join(dir, "a.ts"), 'import type { B } from "./b.ts";\nexport type A = { b: B };\n');
  writeFileSync(join(dir, "b.ts"), 'import type { A } from "./a.ts";\nexport type B = { a?: A };\n');
  const args = ["--config", join(ROOT, ".dependency-cruiser.cjs"), "packages"];
  const { status, stdout } = spawnSync(join(ROOT, "node_modules", ".bin", "depcruise"), args, {
    cwd: root,
    encoding: "utf8",
  });
  expect(status).not.toBe(0);
  expect(stdout).toContain("no-cycles");
});
