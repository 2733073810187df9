import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { PlainScenario } from "./figure.ts";

/** Tests that are of full size already and belong where they are: here they run by themselves, as in `npm test`. */
type WholeTests = {
  readonly figure: string;
  readonly name: string;
  readonly package: string;
  readonly file: string;
  /** Only the tests whose names match. */
  readonly only?: string;
};

type Report = {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

const here = createRequire(import.meta.url);

function wholeTests({ figure, name, package: packageName, file, only }: WholeTests): PlainScenario {
  return {
    figure,
    name,
    async run() {
      const report = await mkdtemp(join(tmpdir(), "webxkey-chaos-tests-"));
      const outputFile = join(report, "report.json");
      try {
        const filter = only === undefined ? [] : ["--testNamePattern", only];
        const vitest = join(dirname(here.resolve("vitest/package.json")), "vitest.mjs");
        const child = spawn(
          process.execPath,
          [vitest, "run", file, ...filter, "--reporter=json", `--outputFile=${outputFile}`],
          { cwd: dirname(here.resolve(`${packageName}/package.json`)), stdio: ["ignore", "pipe", "inherit"] },
        );
        const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
        return outcomeOf(JSON.parse(await readFile(outputFile, "utf8")) as Report, measuresIn(said, figure));
      } finally {
        await rm(report, { recursive: true, force: true });
      }
    },
  };
}

/** Tests tell what they measured in lines that begin with the figure. */
function measuresIn(said: string, figure: string): string[] {
  return said.split("\n").filter((line) => line.startsWith(`${figure}:`) || line.startsWith(`${figure} `));
}

/** What was left out by its name counts as nothing; a file that could not be read, or a name that nothing has, as broken. */
export function outcomeOf({ testResults }: Report, measured: readonly string[]) {
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "passed" || status === "failed");
  const failed = ran.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  const unrun = testResults.map(({ message }) => message).filter((message) => message !== "");
  return {
    counts: { tests: ran.length, failed: failed.length },
    measured,
    broken: [...failed, ...unrun, ...(ran.length === 0 ? ["no test ran"] : [])],
  };
}

export const fullDisk = wholeTests({
  figure: "R9",
  name: "full disk",
  package: "@webxkey/engine-tests",
  file: "src/outages.test.ts",
  only: "\\(R9\\)",
});

export const toldOnce = wholeTests({
  figure: "R10",
  name: "one event told by many at once",
  package: "@webxkey/engine-tests",
  file: "src/events-over-http.test.ts",
  only: "R10:",
});

export const hostileRequests = wholeTests({
  figure: "R15",
  name: "what strangers send to the gateway",
  package: "@webxkey/gateway",
  file: "test/hostile.test.ts",
});
