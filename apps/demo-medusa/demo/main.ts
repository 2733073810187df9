import { parseArgs } from "node:util";
import { readDemoPorts } from "../env.ts";
import { demoOnce } from "./demo-once.ts";
import { createProgress } from "./progress.ts";
import { holds } from "./prove.ts";
import { runDemo } from "./run-demo.ts";
import { openStage } from "./stage.ts";
import { stayOpen } from "./stay-open.ts";

const USAGE = `npm run demo             a Medusa store, its messages and a phone view, until Ctrl-C
npm run demo -- --once   the same without waiting; one JSON line of proof last, exit code 0 if it holds
PORT=9000 SIMULATOR_PORT=4010 choose where the store and the phone view listen.
`;

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<0 | 1> {
  const { values } = parseArgs({ options: { once: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.once) {
    // Progress goes beside the result, and any free port will do.
    const progress = createProgress((line) => void process.stderr.write(`${line}\n`));
    return demoOnce({ openStage: () => openStage({ shop: 0, simulator: 0 }, progress), progress, print });
  }
  const progress = createProgress(print);
  await using stage = await openStage(readDemoPorts(), progress);
  const run = await runDemo({ stage, progress });
  await stayOpen(stage, run, progress);
  return holds(run.proof) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
