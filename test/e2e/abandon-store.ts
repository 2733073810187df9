import { startStore } from "@webxkey/demo-medusa";

// Started by store.test.ts as a process that dies without a word to its store.
const [databaseUrl] = process.argv.slice(2);
if (!databaseUrl) throw new Error("Usage: abandon-store.ts DATABASE_URL");
const store = await startStore({ databaseUrl });
process.stdout.write(`${store.url}\n`);
