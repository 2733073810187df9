import { parseArgs } from "node:util";
import { demoOnce } from "./demo-once.ts";
import { readPorts } from "./env.ts";
import type { DemoHost } from "./host.ts";
import { openStage } from "./open-stage.ts";
import { createProgress } from "./progress.ts";
import { holds } from "./prove.ts";
import { runDemo } from "./run-demo.ts";
import { stayOpen } from "./stay-open.ts";

/** Runs a platform's demo as this process's command line asks for, and leaves its exit code. */
export async function runCommand(host: DemoHost): Promise<void> {
  try {
    const { values } = parseArgs({ options: { once: { type: "boolean" } } });
    process.exitCode = await (values.once ? proveOnce(host) : showAround(host));
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Progress goes beside the result, and any free port will do. */
function proveOnce(host: DemoHost): Promise<0 | 1> {
  const progress = createProgress((line) => void process.stderr.write(`${line}\n`));
  const ports = { shop: 0, simulator: 0 };
  return demoOnce(host, {
    openStage: () => openStage(host, { ports, staysOpen: false, progress }),
    progress,
    print,
  });
}

async function showAround(host: DemoHost): Promise<0 | 1> {
  const progress = createProgress(print);
  await using stage = await openStage(host, { ports: readPorts(host.usualPort), staysOpen: true, progress });
  const run = await runDemo(host, { stage, progress });
  await stayOpen(host, { stage, run, progress });
  return holds(run.proof) ? 0 : 1;
}
