import { cpSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MessagingOptions, pglite, postgres } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import { inject } from "vitest";
import type {} from "./prepare-stores.ts";

/** Both stores run every test of this package. */
export const STORES = ["pglite", "postgres"] as const;
export type StoreName = (typeof STORES)[number];

export type StorageOption = MessagingOptions["storage"];
type OpenStorage = Awaited<ReturnType<StorageOption["open"]>>;

/** A database that outlives the engines opened on it, as a restart needs. */
export interface Store {
  readonly name: StoreName;
  option(): StorageOption;
  /** SQL beside the engine, on the engine's own database: what an intruder or a test looks at. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A copy of the prepared store: migrated, with the workspace and its owner. `empty` gives a database without a table. */
export async function openStore(name: StoreName, from: "prepared" | "empty" = "prepared"): Promise<Store> {
  return name === "postgres" ? await postgresStore(from) : pgliteStore(from);
}

async function postgresStore(from: "prepared" | "empty"): Promise<Store> {
  const template = from === "prepared" ? inject("preparedDatabase") : undefined;
  const connectionString = await createDatabase(inject("postgresUrl"), undefined, template);
  const beside = await postgres({ connectionString }).open();
  return {
    name: "postgres",
    option: () => postgres({ connectionString }),
    query: async <Row>(text: string, values?: readonly unknown[]) =>
      (await beside.query(text, values)).rows as Row[],
    async [Symbol.asyncDispose]() {
      await beside[Symbol.asyncDispose]();
    },
  };
}

/** One process has one connection to a PGlite directory, so the look beside goes through the engine's own. */
function pgliteStore(from: "prepared" | "empty"): Store {
  const dataDir = mkdtempSync(join(tmpdir(), "webxkey-pglite-"));
  if (from === "prepared") cpSync(inject("preparedDirectory"), dataDir, { recursive: true });
  let open: OpenStorage | undefined;
  return {
    name: "pglite",
    option: () => ({
      name: "pglite",
      open: async () => {
        open = await pglite({ dataDir }).open();
        return open;
      },
    }),
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      if (!open) throw new Error("Open an engine on this store first.");
      return (await open.query(text, values)).rows as Row[];
    },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Opened once, used by several engines: two workspaces of one installation. */
export function shared(option: StorageOption): StorageOption & AsyncDisposable {
  let opening: Promise<OpenStorage> | undefined;
  return {
    name: option.name,
    async open() {
      opening ??= option.open();
      const storage = await opening;
      return { ...storage, [Symbol.asyncDispose]: async () => undefined };
    },
    async [Symbol.asyncDispose]() {
      await (await opening)?.[Symbol.asyncDispose]();
    },
  };
}
