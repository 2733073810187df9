import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { WebxkeyError } from "../kernel/errors.ts";
import type { ScriptRunner, Storage } from "./storage.ts";

const MIGRATIONS = new URL("../../migrations/", import.meta.url);
const SCHEMA_OF = { engine: "webxkey", keys: "webxkey_keys" } as const;

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly script: string;
  readonly sha256: string;
}

/**
 * Brings both schemas up to date, keys first (a row never needs a key table that is not there yet).
 *
 * Applied files are immutable: a changed one, or a database newer than this version, stops with an error that says so.
 * @throws WebxkeyError `schema_changed`, `schema_newer`, `invalid_configuration` when the role may not create a schema.
 */
export async function migrate(storage: Storage): Promise<void> {
  for (const of of ["keys", "engine"] as const) {
    const migrations = await migrationsOf(of);
    await storage.migration(of, (runner) => apply(SCHEMA_OF[of], migrations, runner));
  }
}

/** True when every migration of this version is applied. */
export async function isMigrated(storage: Storage): Promise<boolean> {
  const migrations = await migrationsOf("engine");
  const { rows } = await storage.query("select to_regclass('webxkey.migrations') is not null as there");
  if (!(rows[0] as { there: boolean }).there) return false;
  const { rows: applied } = await storage.query("select id from webxkey.migrations");
  const ids = new Set((applied as { id: number }[]).map(({ id }) => id));
  return ids.size === migrations.length && migrations.every(({ id }) => ids.has(id));
}

async function migrationsOf(of: "engine" | "keys"): Promise<Migration[]> {
  const folder = new URL(`${of}/`, MIGRATIONS);
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const script = await readFile(new URL(name, folder), "utf8");
      return {
        id: Number(name.slice(0, 4)),
        name,
        script,
        sha256: createHash("sha256").update(script).digest("hex"),
      };
    }),
  );
}

async function apply(schema: string, migrations: readonly Migration[], runner: ScriptRunner): Promise<void> {
  await createSchema(schema, runner);
  const applied = await runner.query<{ id: number; sha256: string }>(
    `select id, sha256 from ${schema}.migrations`,
  );
  const known = new Map(migrations.map((migration) => [migration.id, migration]));
  for (const { id, sha256 } of applied) {
    const migration = known.get(id);
    if (!migration) {
      throw new WebxkeyError("schema_newer", {
        detail: `Schema ${schema} has migration ${id}, which this version does not know. Install the newer version again.`,
      });
    }
    if (migration.sha256 !== sha256) {
      throw new WebxkeyError("schema_changed", {
        detail: `Migration ${migration.name} of schema ${schema} was changed after it was applied. Restore the released file.`,
      });
    }
  }
  const done = new Set(applied.map(({ id }) => id));
  for (const { id, name, script, sha256 } of migrations) {
    if (done.has(id)) continue;
    await runner.run(script);
    await runner.query(`insert into ${schema}.migrations (id, name, sha256) values ($1, $2, $3)`, [
      id,
      name,
      sha256,
    ]);
  }
}

async function createSchema(schema: string, runner: ScriptRunner): Promise<void> {
  const [found] = await runner.query("select 1 from pg_namespace where nspname = $1", [schema]);
  try {
    if (!found) await runner.run(`create schema ${schema}`);
    await runner.run(`create table if not exists ${schema}.migrations (
      id integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`);
  } catch (cause) {
    if ((cause as { code?: string }).code !== "42501") throw cause;
    throw new WebxkeyError("invalid_configuration", {
      detail: `The database role may not create the schema ${schema}. Let an administrator run: create schema ${schema} authorization <role>;`,
      cause,
    });
  }
}
