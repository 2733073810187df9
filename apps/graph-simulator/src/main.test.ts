import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { connectGraphSimulator } from "@webxkey/testing";
import { expect, test } from "vitest";
import { readEnvironment } from "./env.ts";

const main = new URL("./main.ts", import.meta.url).pathname;

function start(port: string) {
  return spawn(process.execPath, [main], {
    env: { ...process.env, PORT: port },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("prints where it is, serves there, and ends cleanly on SIGTERM", async () => {
  const child = start("0");
  const lines: string[] = [];
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith("WABA")) break;
  }
  const url = /Graph base\s+(\S+)/.exec(lines.join("\n"))?.[1] ?? "";
  expect(lines[0]).toContain("Nothing leaves this machine");
  expect((await connectGraphSimulator(url).templates()).length).toBeGreaterThan(0);
  expect(await (await fetch(url)).text()).toContain("nothing leaves this machine");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("says what is wrong when the port is taken", async () => {
  const first = start("0");
  let url = "";
  for await (const line of createInterface({ input: first.stdout })) {
    url = /Graph base\s+(\S+)/.exec(line)?.[1] ?? url;
    if (line.startsWith("WABA")) break;
  }
  const second = start(new URL(url).port);
  const said: string[] = [];
  second.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = await once(second, "close");
  expect([code, said.join("")]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  first.kill("SIGTERM");
  await once(first, "exit");
});

test.each(["abc", "-1", "70000", "4010.5", ""])("refuses the port %j in a sentence", (port) => {
  expect(readEnvironment({ PORT: port })).toEqual({ problem: expect.stringContaining("PORT") });
});

test("takes 4010 when no port is given", () => {
  expect(readEnvironment({})).toEqual({ port: 4010 });
});
