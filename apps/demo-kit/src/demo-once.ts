import type { DemoHost, Stage } from "./host.ts";
import type { Progress } from "./progress.ts";
import { holds } from "./prove.ts";
import { type DemoOptions, runDemo } from "./run-demo.ts";

export type OnceOptions = Omit<DemoOptions, "stage"> & {
  openStage: () => Promise<Stage>;
  /** Takes the one line of JSON, when everything else has ended. */
  print: (line: string) => void;
  progress: Progress;
};

/**
 * The demo without the waiting.
 *
 * @returns the exit code: 0 only if all of the proof holds.
 */
export async function demoOnce(
  host: DemoHost,
  { openStage, print, ...options }: OnceOptions,
): Promise<0 | 1> {
  const proof = await proveOnStage(host, openStage, options);
  print(JSON.stringify(proof));
  return holds(proof) ? 0 : 1;
}

async function proveOnStage(
  host: DemoHost,
  openStage: () => Promise<Stage>,
  options: Omit<DemoOptions, "stage">,
) {
  await using stage = await openStage();
  const { proof } = await runDemo(host, { ...options, stage });
  options.progress.step("Ending, and removing the data");
  return proof;
}
