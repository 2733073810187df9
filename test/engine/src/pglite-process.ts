import { pglite } from "@webxkey/core";

/**
 * A process of its own that opens a PGlite directory, for tests that kill it, stop it or start a second one. What it does is
 * its first argument, the directory its second; each line it prints is one fact.
 */
const [, , what, dataDir = "", times = "1"] = process.argv;

/** The database of the engine and that of the keys: a row of the first is acknowledged only after one of the second. */
async function openBoth() {
  const storage = await pglite({ dataDir }).open();
  const onKeys = (text: string, values?: readonly unknown[]) =>
    storage.migration("keys", (runner) => runner.query<{ n: number }>(text, values));
  for (const run of [(text: string) => storage.query(text), onKeys])
    await run(
      "create table if not exists acknowledged (n integer primary key, at timestamptz default now())",
    );
  return { storage, onKeys };
}

/** Writes rows until it is killed, and prints the number of each when it is committed in both. First the rows it found. */
async function write(): Promise<void> {
  const { storage, onKeys } = await openBoth();
  const select = "select n from acknowledged order by n";
  const found = (await storage.query(select)).rows as { n: number }[];
  const keys = await onKeys(select);
  print({ found: found.map(({ n }) => n), keys: keys.map(({ n }) => n) });
  for (let n = (keys.at(-1)?.n ?? 0) + 1; ; n++) {
    await onKeys("insert into acknowledged (n) values ($1)", [n]);
    await storage.query("insert into acknowledged (n) values ($1)", [n]);
    print({ acknowledged: n });
  }
}

/** Asks for the directory again and again; prints how each was answered, and after how long. */
async function ask(): Promise<void> {
  for (let n = 0; n < Number(times); n++) {
    const startedAt = performance.now();
    const code = await pglite({ dataDir })
      .open()
      .then(
        async (storage) => {
          await storage[Symbol.asyncDispose]();
          return "opened";
        },
        (error: { code?: string; message?: string }) => `${error.code}: ${error.message}`,
      );
    print({ code, ms: performance.now() - startedAt });
  }
}

function print(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

await (what === "write" ? write() : ask());
