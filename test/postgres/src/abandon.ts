import { startPostgres } from "./index.ts";

// Started by postgres.test.ts as a process that dies without a word to its server.
const postgres = await startPostgres();
process.stdout.write(`${postgres.url}\n`);
setInterval(() => {}, 1_000);
process.once("SIGUSR2", () => {
  throw new Error("an error that nobody caught");
});
