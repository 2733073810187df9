import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, createMessaging, pglite, postgres, secret } from "@webxkey/core";
import { type PostgresServer, startPostgres } from "@webxkey/test-postgres";
import { encodeWebhook } from "@webxkey/testing";
import { expect, inject, test } from "vitest";
import { claim, connectDemo, type Engine, orderPlaced, shared, startEngine, untilState } from "./engine.ts";
import { WORKSPACE_ID, WORKSPACE_NAME } from "./prepare-stores.ts";
import { happened, stranger, until, written } from "./shop.ts";
import type { StorageOption } from "./stores.ts";
import { handWebhook, quietSimulator } from "./webhooks.ts";

const MB = 1024 * 1024;
/** A tmpfs for each store: room for its files and for what a few hundred writes take. */
const POSTGRES_DISK_BYTES = 112 * MB;
const PGLITE_DISK_BYTES = 190 * MB;
const WRITES_MAX = 3_000;
const WEBHOOK = "http://engine/v1/meta/webhook";
const DAY_MS = 24 * 60 * 60_000;

/** A small disk in memory, never the real one. Undefined where this process may not mount, which is said. */
function smallDisk(bytes: number): ({ readonly dir: string } & Disposable) | undefined {
  const dir = mkdtempSync(join(tmpdir(), "webxkey-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", dir], { stdio: "pipe" });
  } catch {
    rmSync(dir, { recursive: true });
    process.stdout.write("R9: this process may not mount a tmpfs, so the full disk was not tried here\n");
    return undefined;
  }
  // As root the server runs as another user, who must reach it.
  chmodSync(dir, 0o755);
  return {
    dir,
    [Symbol.dispose]() {
      execFileSync("umount", ["--lazy", dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "webxkey-clock-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Leaves so many bytes on the disk. */
function fill(dir: string, leaving: number): void {
  const { bfree, bsize } = statfsSync(dir);
  writeFileSync(join(dir, "filler"), Buffer.alloc(Math.max(0, bfree * bsize - leaving)));
}

/** What was acknowledged, so that it can be looked for afterwards. */
interface Acknowledged {
  readonly events: string[];
  readonly webhooks: number;
}

/** Publishes and posts until both are refused, or for so many writes; no other answer than yes or 503 is allowed. */
async function writeUntilRefused(engine: Engine): Promise<Acknowledged & { readonly refused: number }> {
  const events: string[] = [];
  let [webhooks, refused] = [0, 0];
  for (let n = 0; n < WRITES_MAX && refused < 6; n++) {
    const order = orderPlaced({ phone: stranger() });
    const published = await engine.messaging.publish(order, { claims: [claim()] }).then(
      () => "yes",
      (error: { code?: string }) => error.code,
    );
    const text = "x".repeat(3_000 + Math.floor(Math.random() * 1_000));
    const posted = await handWebhook(engine, encodeWebhook(written({ phone: stranger(), text })));
    if (published === "yes") events.push(order.id);
    else expect(published).toBe("storage_unavailable");
    if (posted === 200) webhooks += 1;
    else expect(posted).toBe(503);
    if (published !== "yes" && posted !== 200) refused += 1;
  }
  return { events, webhooks, refused };
}

async function expectAllThere(storage: StorageOption, { events, webhooks }: Acknowledged): Promise<void> {
  const opened = await storage.open();
  const { rows } = await opened.query("select external_id from webxkey.events");
  const there = new Set((rows as { external_id: string }[]).map(({ external_id }) => external_id));
  expect(events.filter((id) => !there.has(id))).toEqual([]);
  const { rows: counted } = await opened.query("select count(*)::int as count from webxkey.inbox");
  expect((counted[0] as { count: number }).count).toBeGreaterThanOrEqual(webhooks);
}

async function expectWorking(engine: Engine): Promise<void> {
  const takes = async () =>
    (await handWebhook(engine, encodeWebhook(written({ phone: stranger(), text: "back" })))) === 200;
  await until("webhooks are still refused", takes, 30_000);
  const { intents } = await engine.messaging.publish(orderPlaced({ phone: stranger() }), {
    claims: [claim()],
  });
  await engine.startWorker();
  await untilState(engine, intents[0]?.messageId ?? "", "accepted", 20_000);
  expect((await engine.call("POST", "/v1/audit/verify")).body).toMatchObject({ ok: true, faults: [] });
}

async function onPostgres(server: PostgresServer): Promise<StorageOption & AsyncDisposable> {
  return shared(postgres({ connectionString: await server.createDatabase() }));
}

test("a full disk under PostgreSQL is answered 503, what was acknowledged is there, and it works again when there is room (R9)", {
  timeout: 150_000,
}, async () => {
  using disk = smallDisk(POSTGRES_DISK_BYTES);
  if (!disk) return;
  await using server = await startPostgres({ dataDir: join(disk.dir, "data") });
  await using simulator = await quietSimulator();
  await using storage = await onPostgres(server);
  await using engine = await startEngine({ storage, simulator });
  await connectDemo(engine);
  fill(disk.dir, MB);
  const told = await writeUntilRefused(engine);
  expect(told.refused).toBeGreaterThan(0);
  process.stdout.write(
    `R9 on postgres: ${told.events.length} events and ${told.webhooks} webhooks before the disk was full\n`,
  );
  rmSync(join(disk.dir, "filler"));
  // A server that could not even write its log ended; whoever keeps it running starts it again.
  await server.restart();
  await expectAllThere(storage, told);
  await expectWorking(engine);
});

test("a full disk under PGlite is answered 503 before the database is in danger, and it works again when there is room (R9)", {
  timeout: 150_000,
}, async () => {
  using disk = smallDisk(PGLITE_DISK_BYTES);
  if (!disk) return;
  const dataDir = join(disk.dir, "data");
  mkdirSync(dataDir);
  cpSync(inject("preparedDirectory"), dataDir, { recursive: true });
  await using simulator = await quietSimulator();
  await using storage = shared(pglite({ dataDir }));
  await using engine = await startEngine({ storage, simulator });
  await connectDemo(engine);
  fill(disk.dir, 65 * MB);
  const told = await writeUntilRefused(engine);
  expect(told.refused).toBeGreaterThan(0);
  process.stdout.write(
    `R9 on pglite: ${told.events.length} events and ${told.webhooks} webhooks before the disk was nearly full\n`,
  );
  rmSync(join(disk.dir, "filler"));
  await expectWorking(engine);
  await expectAllThere(storage, told);
});

test("a worker that starts while the database is away starts its work when it is there", async () => {
  await using server = await startPostgres();
  await using simulator = await quietSimulator();
  await using storage = await onPostgres(server);
  await using engine = await startEngine({ storage, simulator });
  await connectDemo(engine);
  const { intents } = await engine.messaging.publish(orderPlaced({ phone: stranger() }), {
    claims: [claim()],
  });
  await server.kill();
  await engine.startWorker();
  expect((await engine.call("GET", "/v1/me")).status).toBe(503);
  await server.restart();
  await untilState(engine, intents[0]?.messageId ?? "", "accepted", 20_000);
});

test("an engine that starts while the database is away answers 503, and then as always when it is there", async () => {
  await using server = await startPostgres();
  const connectionString = await server.createDatabase();
  const made = () =>
    createMessaging({
      storage: postgres({ connectionString }),
      rootKey: secret(inject("rootKey")),
      workspace: { id: WORKSPACE_ID, name: WORKSPACE_NAME },
      rules: [],
      wordings: [],
      webhookUrl: "http://127.0.0.1:9/v1/meta/webhook",
      log: createLog({ level: "silent" }),
    });
  const first = made();
  await first.migrate();
  await first.close();
  await server.kill();
  const late = made();
  const post = async () => (await late.handler(new Request(WEBHOOK, { method: "POST", body: "{}" }))).status;
  expect(await post()).toBe(503);
  await server.restart();
  expect(await post()).toBe(401);
  await late.close();
});

test("a database that goes away is 503 to publishers and to Meta, loses nothing that was acknowledged, and all goes on when it is back", {
  timeout: 90_000,
}, async () => {
  await using server = await startPostgres();
  await using simulator = await quietSimulator();
  await using storage = await onPostgres(server);
  await using engine = await startEngine({ storage, simulator });
  await connectDemo(engine);
  const events: string[] = [];
  let webhooks = 0;
  for (let n = 0; n < 20; n++) {
    const order = orderPlaced({ phone: stranger() });
    await engine.messaging.publish(order, { claims: [claim()] });
    events.push(order.id);
    expect(await handWebhook(engine, encodeWebhook(written({ phone: stranger(), text: `Hello ${n}` })))).toBe(
      200,
    );
    webhooks += 1;
  }
  await engine.startWorker();
  // The last chore is known: the worker has started.
  const { query } = await storage.open();
  await until(
    "the worker has not started",
    async () => {
      const found =
        "select 1 from information_schema.tables where table_schema = 'webxkey_jobs' and table_name = 'schedule'";
      if ((await query(found)).rows.length === 0) return false;
      return (
        (await query("select 1 from webxkey_jobs.schedule where name = 'forget-old-secrets'")).rows.length > 0
      );
    },
    30_000,
  );

  await server.kill();
  const away = await Promise.all(
    Array.from({ length: 20 }, async () => [
      await engine.messaging
        .publish(happened("order.placed", { phone: stranger() }))
        .catch((error) => error.code),
      await handWebhook(engine, encodeWebhook(written({ phone: stranger(), text: "Hello?" }))),
      (await engine.call("GET", "/v1/me")).status,
    ]),
  );
  expect(new Set(away.map(String))).toEqual(new Set(["storage_unavailable,503,503"]));
  await server.restart();
  await expectAllThere(storage, { events, webhooks });
  await expectWorking(engine);
});

test.each([DAY_MS, -DAY_MS])(
  "a clock that is %i ms off takes no lease from a message that is being sent, and does not change which webhooks are due",
  { timeout: 60_000 },
  async (off) => {
    await using simulator = await quietSimulator();
    using removed = temporaryDirectory();
    const dataDir = removed.path;
    cpSync(inject("preparedDirectory"), dataDir, { recursive: true });
    await using storage = shared(pglite({ dataDir }));
    await using engine = await startEngine({ storage, simulator });
    await connectDemo(engine);
    const { query } = await storage.open();
    await simulator.inject({ kind: "hang_after", phone: "+16505550177" });
    const { intents } = await engine.messaging.publish(orderPlaced({ phone: "+16505550177" }), {
      claims: [claim()],
    });
    await engine.startWorker();
    const messageId = intents[0]?.messageId ?? "";
    await untilState(engine, messageId, "sending");

    await using skewed = await startEngine({
      storage,
      simulator,
      clock: { now: () => new Date(Date.now() + off) },
    });
    await skewed.startWorker();
    expect(await handWebhook(skewed, encodeWebhook(written({ phone: stranger(), text: "Hello" })))).toBe(200);
    await until("the webhook is not applied", async () => {
      const { rows } = await query("select 1 from webxkey.inbox where state = 'stored'");
      return rows.length === 0;
    });
    const { rows } = await query("select attempts, state from webxkey.messages where message_id = $1", [
      messageId,
    ]);
    expect(rows).toEqual([{ attempts: 1, state: "sending" }]);
    expect(await simulator.accepted({ phone: "+16505550177" })).toHaveLength(1);
    await simulator.close();
  },
);
