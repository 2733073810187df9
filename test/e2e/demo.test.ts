import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { demoOnce, holds, type Proof, prove, runDemo } from "@webxkey/demo-kit";
import { medusa } from "@webxkey/demo-medusa/demo";
import { connectGraphSimulator } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import { openTestStage, silent, type TestStage } from "./test-shop.ts";

/** What `npm run demo` runs. */
const MAIN = fileURLToPath(new URL("demo/main.ts", import.meta.resolve("@webxkey/demo-medusa/package.json")));

function startDemo(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    said += more;
  });
  return {
    child,
    stdout: text(child.stdout),
    /** Its progress, which says what went wrong. */
    said: () => said,
    exited: once(child, "close").then(([code]) => code as number | null),
  };
}

function lastLine(output: string): Proof {
  return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as Proof;
}

/** What the audit consists of: a byte of any of these is a byte of the audit. */
const AUDIT_COLUMNS = [
  ["audit_entries", "actor_id"],
  ["audit_entries", "action"],
  ["audit_entries", "object_id"],
  ["audit_entries", "outcome"],
  ["audit_entries", "detail_commit"],
  ["audit_entries", "prev_hash"],
  ["audit_entries", "entry_hash"],
  ["audit_details", "sealed"],
] as const;

/** Flips one bit, as somebody with the database's password could. Done again it is as before. */
async function flipOneBit(
  { query }: TestStage,
  [table, column]: (typeof AUDIT_COLUMNS)[number],
): Promise<void> {
  const isText = ["actor_id", "action", "object_id", "outcome"].includes(column);
  const bytes = isText ? `convert_to(${column}, 'UTF8')` : column;
  const flipped = `set_byte(${bytes}, 0, get_byte(${bytes}, 0) # 1)`;
  await query(`alter table webxkey.${table} disable trigger user`);
  await query(
    `update webxkey.${table} set ${column} = ${isText ? `convert_from(${flipped}, 'UTF8')` : flipped}
      where seq = (select max(seq) from webxkey.${table} where ${column} is not null)`,
  );
  await query(`alter table webxkey.${table} enable trigger user`);
}

describe("the real command", { timeout: 300_000 }, () => {
  test.concurrent("exits 1 when the webhooks' signatures are wrong", async () => {
    const { child, stdout, exited } = startDemo(["--once"]);
    for await (const line of createInterface(child.stderr)) {
      const [, url] = /Phone view (http\S+)/.exec(line) ?? [];
      if (url) await connectGraphSimulator(url).inject({ kind: "wrong_signature" });
    }
    expect(await exited).toBe(1);
    expect(lastLine(await stdout)).toMatchObject({
      message: false,
      statuses: false,
      consent: { version: "1" },
    });
  });

  test.concurrent("says which port is in use and how to choose another", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const address = squatter.address();
    const port = address && typeof address === "object" ? address.port : 0;
    const { said, exited } = startDemo([], { PORT: String(port), SIMULATOR_PORT: "0" });
    expect(await exited).toBe(1);
    expect(said()).toContain(`Port ${port} of 127.0.0.1 is in use`);
    squatter.close();
  });
});

test("the proof is false and the exit code 1 when the customer gave no consent", async () => {
  const printed: string[] = [];
  const code = await demoOnce(medusa, {
    openStage: openTestStage,
    optIn: false,
    progress: silent,
    print: (line) => printed.push(line),
  });
  expect(code).toBe(1);
  expect(lastLine(printed.join("\n"))).toMatchObject({
    order: { display_id: 1 },
    message: false,
    statuses: false,
    consent: false,
    audit: { entries: expect.any(Number) },
  });
});

test("the proof is false and the exit code 1 when one byte of the audit was altered", async () => {
  const printed: string[] = [];
  const openStage = async () => {
    const stage = await openTestStage();
    await medusa.openShop(stage, silent);
    await flipOneBit(stage, ["audit_entries", "outcome"]);
    return stage;
  };
  expect(await demoOnce(medusa, { openStage, progress: silent, print: (line) => printed.push(line) })).toBe(
    1,
  );
  expect(lastLine(printed.join("\n"))).toMatchObject({ message: { state: "read" }, audit: false });
});

test("the proof is false for one flipped bit of any column, and true again when it is taken back", async () => {
  await using stage = await openTestStage();
  const { proof, opened } = await runDemo(medusa, { stage, progress: silent });
  expect(holds(proof)).toBe(true);
  if (!proof.order) throw new Error("The proof names no order.");
  const claim = { ...opened, simulator: stage.simulator, orderId: proof.order.id };
  // A chore's entry between a flip and the next would be the last one then.
  await stage.query("delete from webxkey_jobs.schedule");

  for (const column of AUDIT_COLUMNS) {
    await flipOneBit(stage, column);
    const altered = await prove(claim);
    expect(altered.proof, column.join(".")).toMatchObject({ message: { state: "read" }, audit: false });
    expect(altered.problems).toHaveLength(1);
    await flipOneBit(stage, column);
  }
  expect(holds((await prove(claim)).proof)).toBe(true);
});
