#!/usr/bin/env node
import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import { readEnvironment } from "./env.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const read = readEnvironment();
  if ("problem" in read) {
    process.stderr.write(`${read.problem}\n`);
    process.exitCode = 1;
    return;
  }
  const simulator = await startGraphSimulator({ port: read.port });
  say("Graph simulator. Nothing leaves this machine.");
  say(`Phone view   ${simulator.url}/`);
  say(`Graph base   ${simulator.url}`);
  say(`Control API  ${simulator.url}/_simulator/`);
  say(`WABA ${demoAccount.waba.id}, number ${demoAccount.number.id}, token ${demoAccount.token.value}`);

  const stop = () => void simulator.close();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The simulator could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
