import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../scripts/check/workspace.ts";

type Import = { from: string; to: string };
type Violation = Import & { rule: { name: string } };

const core = (path: string) => `packages/core/src/${path}`;

const FORBIDDEN: ReadonlyArray<Import & { rule: string }> = [
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
    from: "packages/host-kit/src/index.ts",
    to: "packages/medusa-plugin/src/index.ts",
    rule: "host-kit-imports-core-only",
  },
  { from: "packages/host-kit/src/index.ts", to: "@strapi/strapi", rule: "host-kit-imports-core-only" },
  {
    from: "packages/medusa-plugin/src/index.ts",
    to: "packages/testing/src/index.ts",
    rule: "plugins-import-the-kits-and-core",
  },
  {
    from: "packages/medusa-plugin/src/index.ts",
    to: "apps/gateway/src/env.ts",
    rule: "nothing-imports-apps",
  },
  { from: core("kernel/a.ts"), to: core("kernel/b.ts"), rule: "no-cycles" },
];

/** A cycle is reported once, at one of its imports. */
const WAY_BACK: Import = { from: core("kernel/b.ts"), to: core("kernel/a.ts") };

const ALLOWED: readonly Import[] = [
  { from: core("outbox/claim.ts"), to: core("kernel/clock.ts") },
  { from: core("consent/consent.ts"), to: core("consent/consent-store.ts") },
  { from: core("create-messaging.ts"), to: core("channels/whatsapp/index.ts") },
  { from: core("channels/whatsapp/to-graph.ts"), to: core("meta/graph-client.ts") },
  { from: core("http/handler.ts"), to: core("consent/index.ts") },
  { from: "packages/medusa-plugin/src/index.ts", to: "packages/core/src/index.ts" },
  { from: "packages/medusa-plugin/src/index.ts", to: "packages/host-kit/src/index.ts" },
  { from: "packages/host-kit/src/index.ts", to: "packages/core/src/index.ts" },
  { from: "apps/gateway/src/main.ts", to: "packages/core/src/index.ts" },
  { from: "test/e2e/src/shop.test.ts", to: "apps/demo-medusa/harness/index.ts" },
];

let root: string;
let violations: readonly Violation[];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "webxkey-imports-"));
  cpSync(join(ROOT, "tsconfig.base.json"), join(root, "tsconfig.base.json"));
  for (const [file, text] of sampleTree([...FORBIDDEN, ...ALLOWED, WAY_BACK])) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  violations = cruise(root);
});

afterAll(() => rmSync(root, { recursive: true }));

test.each(FORBIDDEN)("$from may not import $to", ({ from, to, rule }) => {
  const broken = violations.filter((each) => each.from === from && isTarget(each.to, to));
  expect(broken.map((each) => each.rule.name)).toContain(rule);
});

test.each(ALLOWED)("$from may import $to", ({ from, to }) => {
  expect(violations.filter((each) => each.from === from && isTarget(each.to, to))).toEqual([]);
});

/** A tree of files that hold these imports and nothing else. */
function sampleTree(imports: readonly Import[]): Map<string, string> {
  const tree = new Map<string, string>();
  const append = (file: string, line: string) => tree.set(file, `${tree.get(file) ?? ""}${line}\n`);
  for (const { from, to } of imports) {
    append(from, `export type * from ${JSON.stringify(specifier(from, to))};`);
    if (isFile(to)) append(to, "export type Thing = 1;");
    else tree.set(`node_modules/${to}/package.json`, JSON.stringify({ name: to, types: "index.d.ts" }));
    if (!isFile(to)) tree.set(`node_modules/${to}/index.d.ts`, "export type Thing = 1;\n");
  }
  return tree;
}

function specifier(from: string, to: string): string {
  if (!isFile(to)) return to;
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

function isFile(to: string): boolean {
  return /\.tsx?$/.test(to);
}

function isTarget(found: string, to: string): boolean {
  return isFile(to) ? found === to : found.includes(to);
}

function cruise(dir: string): readonly Violation[] {
  const config = join(ROOT, ".dependency-cruiser.cjs");
  const program = join(ROOT, "node_modules", ".bin", "depcruise");
  const args = ["--config", config, "--output-type", "json", "packages", "apps", "test"];
  const { stdout, stderr } = spawnSync(program, args, { cwd: dir, encoding: "utf8" });
  if (!stdout.startsWith("{")) throw new Error(stderr || stdout);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}
