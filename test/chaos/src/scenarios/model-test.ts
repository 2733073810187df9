import { runModel } from "../model/run-model.ts";
import { type PlainScenario, scaled } from "./figure.ts";

const SEQUENCES = 5_000;
const COMMANDS_MAX = 16;

/** R18: random sequences of everything that may happen to the engine, against a model of what it promises. */
export const modelTest: PlainScenario = {
  figure: "R18",
  name: "model test of the whole engine",
  async run(seed, scale) {
    const { sequences, commands, divergence } = await runModel({
      seed,
      sequences: scaled(SEQUENCES, scale),
      commandsMax: COMMANDS_MAX,
    });
    return {
      counts: { sequences, commands, divergences: divergence === null ? 0 : 1 },
      broken: divergence === null ? [] : [divergence],
    };
  },
};
