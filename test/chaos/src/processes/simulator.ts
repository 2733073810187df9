import { type GraphSimulatorOptions, startGraphSimulator } from "@webxkey/testing";
import { onConfig } from "./child.ts";

/** The simulated Meta, in a process of its own, so that no kill of ours touches the truth. */
onConfig<GraphSimulatorOptions>(async (options) => {
  const { url } = await startGraphSimulator(options);
  return { url };
});
