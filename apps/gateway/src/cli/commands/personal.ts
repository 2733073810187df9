import type { Given } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

/**
 * What an option says of a person. Every user of a machine can read the arguments of its processes, so it is `-`, and the value is
 * typed or is the next line of standard input, in the order in which the command asks.
 */
export async function personalOption(
  terminal: Pick<Terminal, "readLine">,
  { optional }: Pick<Given, "optional">,
  name: string,
): Promise<string | undefined> {
  const given = optional(name);
  if (given === undefined) return undefined;
  if (given !== "-") {
    throw new WrongUsage(
      `What is personal is no argument, which every user of this machine can read: say --${name} - and give it as a line of standard input.`,
    );
  }
  const value = await terminal.readLine(name);
  if (value === "") throw new WrongUsage(`Standard input has no line for --${name}.`);
  return value;
}
