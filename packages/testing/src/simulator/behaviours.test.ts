import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { setStage } from "../test-support/stage.ts";
import { BEHAVIOURS } from "./behaviours.ts";

const folder = import.meta.dirname;

function marksIn(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/\/\/ behaviour: ([a-z0-9-]+)/g)].map(
    (match) => match[1] as string,
  );
}

function marks(): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  return new Set(files.flatMap((file) => marksIn(join(folder, file))));
}

test("every behaviour that the code marks is in the table, and every one in the table is marked in the code", () => {
  expect([...marks()].sort()).toEqual(Object.keys(BEHAVIOURS).sort());
});

test("the table is served with what is left out", async () => {
  await using stage = await setStage();
  const { behaviours, notSimulated } = await stage.simulator.behaviours();
  expect(behaviours).toEqual(BEHAVIOURS);
  expect(notSimulated.length).toBeGreaterThan(0);
});
