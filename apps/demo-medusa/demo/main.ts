import { runCommand } from "@webxkey/demo-kit";
import { medusa } from "./medusa.ts";

await runCommand(medusa);
