import { z } from "zod";

/** Everything the demos take from outside, read here and nowhere else. */

const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual);

/** Where a demo listens on 127.0.0.1; 0 is any free port. */
export type Ports = { shop: number; simulator: number };

/**
 * @param usualShopPort where the platform listens unless told otherwise.
 * @throws Error that names each variable that is no port.
 */
export function readPorts(usualShopPort: number): Ports {
  const parsed = z.object({ PORT: port(usualShopPort), SIMULATOR_PORT: port(4010) }).safeParse(process.env);
  if (!parsed.success) throw new Error(`The demo cannot listen there.\n${z.prettifyError(parsed.error)}`);
  const { PORT: shop, SIMULATOR_PORT: simulator } = parsed.data;
  return { shop, simulator };
}

/**
 * What a variable chooses of several; the first of them unless it is set.
 *
 * @throws Error that names what can be chosen.
 */
export function readChoice<const Choice extends string>(
  variable: string,
  choices: readonly Choice[],
): Choice {
  const named = process.env[variable];
  const chosen = named === undefined ? choices[0] : choices.find((each) => each === named);
  if (chosen !== undefined) return chosen;
  throw new Error(`${variable} is "${named}". Choose one of: ${choices.join(", ")}.`);
}

/** What a store's process inherits from ours: the way to programs and to the user's files. */
export const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

/** Where a checked run keeps the log of every process, to be searched afterwards. */
export const testLogDirectory = process.env["WEBXKEY_TEST_LOG_DIR"];
