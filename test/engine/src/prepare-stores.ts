import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, createMessaging, type MessagingOptions, pglite, postgres, secret } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** One root key for the run: the stores are copies of a prepared one, whose keys it wraps. */
    rootKey: string;
    /** A PGlite directory in which an engine was installed and a worker has started once. */
    preparedDirectory: string;
    /** The name of such a database on the PostgreSQL server. Nobody is connected to it, so that it can be copied. */
    preparedDatabase: string;
  }
}

/** The workspace that every prepared store has. */
export const WORKSPACE_ID = "shop";
export const WORKSPACE_NAME = "Lucky Shrub";
export const OWNER = "user_owner";

/**
 * Vitest `globalSetup`: prepares one store of each kind for the whole run. Initialising a PGlite directory and migrating it
 * takes seconds, copying one a fraction of a second.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const rootKey = randomBytes(32).toString("base64");
  const dataDir = mkdtempSync(join(tmpdir(), "webxkey-prepared-"));
  const connectionString = await createDatabase(project.getProvidedContext().postgresUrl);
  await prepare(pglite({ dataDir }), rootKey);
  await prepare(postgres({ connectionString }), rootKey);
  project.provide("rootKey", rootKey);
  project.provide("preparedDirectory", dataDir);
  project.provide("preparedDatabase", decodeURIComponent(new URL(connectionString).pathname.slice(1)));
  return () => rm(dataDir, { recursive: true, force: true });
}

async function prepare(storage: MessagingOptions["storage"], rootKey: string): Promise<void> {
  const messaging = createMessaging({
    storage,
    rootKey: secret(rootKey),
    workspace: { id: WORKSPACE_ID, name: WORKSPACE_NAME, ownerUserId: OWNER },
    rules: [],
    wordings: [],
    webhookUrl: "http://127.0.0.1:9/v1/meta/webhook",
    log: createLog({ level: "silent" }),
  });
  await messaging.migrate();
  // A worker makes the schema of the chores.
  await messaging.startWorker().stop();
  await messaging.close();
  await using opened = await storage.open();
  await opened.query(CHORES_ONLY_WHEN_ASKED_FOR);
}

/**
 * A suite that runs at 42 minutes past the hour would otherwise meet the chore of that minute, which corrects what a test has
 * just set. Tests ask for the chore they mean, and `watching.test.ts` proves on an unprepared store that each has its minute.
 */
const CHORES_ONLY_WHEN_ASKED_FOR = `do $$ begin
  delete from webxkey_jobs.schedule;
  delete from webxkey_jobs.job;
  create function webxkey_jobs.unscheduled() returns trigger language plpgsql as 'begin return null; end';
  create trigger unscheduled before insert on webxkey_jobs.schedule
    for each row execute function webxkey_jobs.unscheduled();
end $$`;
