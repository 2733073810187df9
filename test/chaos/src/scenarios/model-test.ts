import { runModel } from "../model/run-model.ts";
import { scaled } from "./figure.ts";

const SEQUENCES = 5_000;
const COMMANDS_MAX = 16;

/** R18: random sequences of everything that may happen to the engine, against a model of what it promises. */
export async function modelTest(seed: number, scale: number) {
  const startedAt = performance.now();
  const run = await runModel({ seed, sequences: scaled(SEQUENCES, scale), commandsMax: COMMANDS_MAX });
  return {
    figure: "R18",
    name: "model test of the whole engine",
    seed,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    sequences: run.sequences,
    commands: run.commands,
    divergences: run.divergence === null ? 0 : 1,
    passed: run.divergence === null,
    broken: run.divergence === null ? [] : [run.divergence],
  };
}
