import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, createMessaging, type MessagingOptions, pglite, postgres, secret } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import type { TestProject } from "vitest/node";

export interface Prepared {
  /** The database's name, or the directory. */
  readonly name: string;
  readonly ownerKey: string;
}

declare module "vitest" {
  interface ProvidedContext {
    rootKey: string;
    preparedDatabase: Prepared;
    preparedDirectory: Prepared;
  }
}

/** Vitest `globalSetup`: what `init` and a first worker do, once a store, for all tests to copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const rootKey = randomBytes(32).toString("base64");
  const dataDir = mkdtempSync(join(tmpdir(), "webxkey-prepared-"));
  const connectionString = await createDatabase(project.getProvidedContext().postgresUrl);
  const shared = await prepare(postgres({ connectionString }), rootKey);
  // Embedded storage computes in this very process, where connections to the server would wait for it.
  const embedded = await prepare(pglite({ dataDir }), rootKey);
  const database = decodeURIComponent(new URL(connectionString).pathname.slice(1));
  project.provide("rootKey", rootKey);
  project.provide("preparedDirectory", { name: dataDir, ownerKey: embedded });
  project.provide("preparedDatabase", { name: database, ownerKey: shared });
  return () => rm(dataDir, { recursive: true, force: true });
}

async function prepare(storage: MessagingOptions["storage"], rootKey: string): Promise<string> {
  const messaging = createMessaging({
    storage,
    rootKey: secret(rootKey),
    workspace: { id: "main", name: "Main" },
    rules: [],
    wordings: [],
    webhookUrl: "http://127.0.0.1:9/v1/meta/webhook",
    log: createLog({ level: "silent" }),
  });
  await messaging.migrate();
  const ownerKey = await messaging.createOwnerKey();
  await messaging.startWorker().stop();
  await messaging.close();
  return ownerKey;
}
