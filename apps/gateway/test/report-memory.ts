import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// A gateway under test imports this through NODE_OPTIONS. At SIGUSR2 it collects its garbage and says how many bytes are left.

/** The first collection finds the requests that were answered, a later one what only they held. */
const COLLECTIONS = 4;
const BETWEEN_MS = 50;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

process.on("SIGUSR2", async () => {
  for (let done = 0; done < COLLECTIONS; done += 1) {
    collect();
    await delay(BETWEEN_MS);
  }
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write(`after collection ${heapUsed + external} bytes\n`);
});
