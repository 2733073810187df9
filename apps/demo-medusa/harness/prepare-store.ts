import { randomBytes } from "node:crypto";
import pg from "pg";
import { type StoreEnvironment, spawnMedusa } from "./medusa-process.ts";

/**
 * Migrates the database and fills an empty store: about 13 s on an empty database, 9 s on a prepared one.
 * Whoever needs several stores prepares one and copies it with `copyStore`.
 */
export async function prepareStore(store: StoreEnvironment): Promise<void> {
  // In two steps, because `db:migrate` alone ends with 0 even when one of the scripts failed.
  await run(["db:migrate", "--skip-scripts"], store);
  await run(["db:migrate:scripts"], store);
}

async function run(args: readonly string[], store: StoreEnvironment): Promise<void> {
  const medusa = spawnMedusa(args, store);
  const code = await medusa.exited;
  if (code === 0) return;
  throw new Error(`medusa ${args.join(" ")} ended with ${code}. The end of its log:\n${medusa.lastWords()}`);
}

/** Copies a prepared store, which nobody may be using, to a new database of the same server. */
export async function copyStore(databaseUrl: string): Promise<string> {
  const source = new URL(databaseUrl);
  const copy = new URL(databaseUrl);
  copy.pathname = `/store_${randomBytes(6).toString("hex")}`;
  const server = new URL(databaseUrl);
  server.pathname = "/postgres";

  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  try {
    const name = (url: URL) => client.escapeIdentifier(decodeURIComponent(url.pathname.slice(1)));
    await client.query(`create database ${name(copy)} template ${name(source)}`);
  } finally {
    await client.end();
  }
  return copy.href;
}
