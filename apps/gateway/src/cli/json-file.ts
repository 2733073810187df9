import { Failure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** What a JSON file holds, or standard input for `-`. */
export async function readJson({ readText }: Pick<Terminal, "readText">, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof Failure) throw error;
    // The parser's own words would quote what stands in the file.
    throw new Failure(`${file === "-" ? "Standard input" : file} is not valid JSON.`);
  }
}
