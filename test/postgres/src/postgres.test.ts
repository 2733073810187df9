import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { createDatabase, startPostgres } from "./index.ts";

async function query<Row extends pg.QueryResultRow>(connectionString: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function setting(url: string, name: string): Promise<string | undefined> {
  const [row] = await query<{ value: string }>(url, `select current_setting('${name}') as value`);
  return row?.value;
}

test("serves PostgreSQL 18 with UTF-8 on the loopback address only", async () => {
  await using postgres = await startPostgres();
  expect(await setting(postgres.url, "server_version")).toMatch(/^18\./);
  expect(await setting(postgres.url, "server_encoding")).toBe("UTF8");
  expect(await setting(postgres.url, "listen_addresses")).toBe("127.0.0.1");
});

test("waits for the disk only when asked to be durable", async () => {
  await using fast = await startPostgres();
  await using durable = await startPostgres({ durable: true });
  expect(await setting(fast.url, "fsync")).toBe("off");
  expect(await setting(durable.url, "fsync")).toBe("on");
});

test("makes databases that do not see each other", async () => {
  await using postgres = await startPostgres();
  const one = await postgres.createDatabase("one");
  const two = await createDatabase(postgres.url);
  await query(one, "create table only_here (id int)");
  await expect(query(two, "select * from only_here")).rejects.toThrow("does not exist");
  expect(postgres.connectionString("one")).toBe(one);
});

test("keeps what was committed when the postmaster is killed and started again", async () => {
  await using postgres = await startPostgres();
  await query(postgres.url, "create table kept as select 42 as answer");
  await postgres.kill("SIGKILL");
  await expect(query(postgres.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  await postgres.restart();
  expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("removes its data on stop, and keeps it where a directory is given", async () => {
  const kept = await mkdtemp(join(tmpdir(), "webxkey-postgres-test-"));
  try {
    const temporary = await startPostgres();
    const dir = await setting(temporary.url, "data_directory");
    await temporary.stop();
    expect(existsSync(String(dir))).toBe(false);

    const first = await startPostgres({ dataDir: kept });
    await query(first.url, "create table kept as select 1 as one");
    await first.stop();
    await using second = await startPostgres({ dataDir: kept });
    expect(await query(second.url, "select one from kept")).toEqual([{ one: 1 }]);
  } finally {
    await rm(kept, { recursive: true, force: true });
  }
});

test.each<{ end: string; signal: NodeJS.Signals }>([
  { end: "is killed", signal: "SIGKILL" },
  { end: "is interrupted", signal: "SIGINT" },
  { end: "throws what nobody catches", signal: "SIGUSR2" },
])("takes the server and its files down when the process that started it $end", async ({ signal }) => {
  const starter = spawn(process.execPath, [fileURLToPath(new URL("./abandon.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await firstLine(starter);
  const dir = String(await setting(url, "data_directory"));
  expect(existsSync(dir)).toBe(true);

  starter.kill(signal);
  await vi.waitUntil(() => !existsSync(dir), { timeout: 20_000, interval: 50 });
  await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");
});

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The process has no output to read.");
  const [line] = await once(createInterface(child.stdout), "line");
  return String(line);
}
