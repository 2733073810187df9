#!/usr/bin/env node
import { runCommandLine } from "./cli/run.ts";

const code = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
// Nothing that was left open keeps the process from ending; a pipe that is read slowly gets its last bytes first.
process.stdout.write("", () => process.exit(code));
