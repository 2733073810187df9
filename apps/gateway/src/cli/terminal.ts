import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Failure } from "./failure.ts";

/** Where a command reads what is not on its line. */
export interface Terminal {
  /** A file, or standard input for `-`. */
  readText(file: string): Promise<string>;
  /** The next answer: typed at a terminal, or the next line of standard input. Empty where nothing was answered. */
  readLine(name: string): Promise<string>;
  readBytes(file: string): Promise<Uint8Array>;
  /** The next secret: typed unseen at a terminal, or the next line of standard input. */
  readSecret(name: string): Promise<string>;
}

export function openTerminal(): Terminal {
  let lines: Promise<string[]> | undefined;
  const nextLine = async () => {
    lines ??= text(process.stdin).then((all) => all.split(/\r?\n/));
    return (await lines).shift()?.trim();
  };
  return {
    async readText(file) {
      if (file === "-") return await text(process.stdin);
      try {
        return await readFile(file, "utf8");
      } catch (cause) {
        throw new Failure(`The file ${file} cannot be read.`, { cause });
      }
    },

    async readLine(name) {
      if (!process.stdin.isTTY) return (await nextLine()) ?? "";
      const reader = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await reader.question(`${name}: `)).trim();
      } finally {
        reader.close();
      }
    },

    async readBytes(file) {
      try {
        return await readFile(file);
      } catch (cause) {
        throw new Failure(`The file ${file} cannot be read.`, { cause });
      }
    },

    async readSecret(name) {
      if (process.stdin.isTTY) return await askUnseen(name);
      const line = await nextLine();
      if (line) return line;
      // The names of settings stand in brackets behind what they hold.
      const or = name.endsWith(")") ? "in the environment or " : "";
      throw new Failure(`Give the ${name} ${or}as a line of standard input, never as an argument.`);
    },
  };
}

/** readline echoes what is typed to its output: here to nowhere. */
async function askUnseen(name: string): Promise<string> {
  process.stderr.write(`${name}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await reader.question("")).trim();
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
