import fc from "fast-check";
import { commandKinds, PEOPLE, type Real } from "./commands.ts";
import { openEngineUnderTest } from "./engine-under-test.ts";
import { createModel } from "./model.ts";

export type ModelRun = {
  readonly sequences: number;
  readonly commands: number;
  readonly divergence: string | null;
};

/**
 * Runs that many random sequences of commands, each with people and orders of its own, on the engine and on the model. The
 * seed repeats them, a divergence is shrunk to its shortest form.
 */
export async function runModel(options: {
  readonly seed: number;
  readonly sequences: number;
  readonly commandsMax: number;
}): Promise<ModelRun> {
  await using engine = await openEngineUnderTest();
  let people = 0;
  let orders = 0;
  let commands = 0;
  let sequences = 0;
  const property = fc.asyncProperty(
    fc.commands(commandKinds, { maxCommands: options.commandsMax, size: "max" }),
    async (sequence) => {
      sequences += 1;
      await engine.reconnect();
      await engine.setApproved(true);
      await engine.setWorking(true);
      await engine.look([], []);
      const firstPerson = people;
      people += PEOPLE;
      const setup = () => {
        const real: Real = {
          engine,
          firstPerson,
          orders: [],
          messageIds: [],
          phones: [],
          nextOrder: () => {
            orders += 1;
            return orders;
          },
        };
        return { model: createModel(PEOPLE), real };
      };
      await fc.asyncModelRun(setup, sequence);
      commands += [...sequence].length;
    },
  );
  const result = await fc.check(property, { seed: options.seed, numRuns: options.sequences });
  const divergence = result.failed
    ? `seed ${result.seed}, path ${result.counterexamplePath}: ${String(result.counterexample)}; ${String(result.errorInstance)}`
    : null;
  return { sequences, commands, divergence };
}
