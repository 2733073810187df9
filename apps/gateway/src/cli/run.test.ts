import { expect, test } from "vitest";
import { runCommandLine } from "./run.ts";

async function run(...line: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(line, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  return { code, out: out.join(""), err: err.join("") };
}

test.each([
  [[]],
  [["tea"]],
  [["key"]],
  [["key", "create"]],
  [["key", "list", "--colour"]],
  [["message", "explain", "one", "two"]],
  [["sender", "connect", "--waba", "1"]],
  [["event", "sample", "tea.spilt"]],
])("%j is wrong usage: exit code 2, and how it is used", async (line) => {
  const { code, out, err } = await run(...line);
  expect(code).toBe(2);
  expect(out + err).toContain("webxkey");
});

test("names what is missing", async () => {
  const { err } = await run("sender", "connect", "--waba", "1");
  expect(err).toContain("Missing: --number, --app.");
});

test.each([
  [["key", "create", "shop", "--scpoe", "event:publish"], 'Did you mean "scope"?'],
  [["mesage", "list"], 'Did you mean "message list"?'],
  [["event", "sample", "order.shiped"], 'Did you mean "order.shipped"?'],
])("%j is told which name was probably meant (D 8.8)", async (line, told) => {
  expect(await run(...line)).toMatchObject({ code: 2, err: expect.stringContaining(told) });
});

test("a secret is no option, so that nobody types one where others can see it", async () => {
  const { code, err } = await run(
    "sender",
    "connect",
    "--waba",
    "1",
    "--number",
    "1",
    "--app",
    "1",
    "--app-secret",
    "s",
  );
  expect([code, err]).toEqual([2, expect.stringContaining("Unknown option '--app-secret'")]);
});

test("every command explains itself", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  const names = Array.from(out.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)?)/gm), ([, name]) => String(name));
  expect(names).toContain("audit verify");
  for (const name of names) {
    const help = await run(...name.split(" "), "--help");
    expect(help).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`webxkey ${name}`) });
  }
});

test("prints one JSON document, or one field of it", async () => {
  const whole = await run("event", "sample", "order.placed", "--json");
  expect((JSON.parse(whole.out) as { type: string }).type).toBe("order.placed");
  const field = await run("event", "sample", "order.placed", "--field", "type");
  expect(field).toEqual({ code: 0, out: "order.placed\n", err: "" });
  expect(await run("event", "sample", "order.placed", "--field", "colour")).toMatchObject({
    code: 2,
    out: "",
  });
});
