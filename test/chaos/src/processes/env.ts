import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLog, type Log } from "@webxkey/core";

/** In a checked run every log line goes to a file that is searched afterwards; a run by hand is silent. */
export function processLog(name: string): Log {
  const directory = process.env["WEBXKEY_TEST_LOG_DIR"];
  if (!directory) return createLog({ level: "silent" });
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(join(directory, `chaos-${name}-${process.pid}.log`), { flags: "a" });
  return createLog({ level: "info", destination: { write: (line) => void file.write(line) } });
}
