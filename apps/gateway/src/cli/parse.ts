import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { didYouMean } from "@webxkey/core/contract";
import type { Command, Given, Option } from "./command.ts";
import { WrongUsage } from "./failure.ts";

/** What every command takes beside its own options. */
export const COMMON_OPTIONS: readonly Option[] = [
  { name: "json", help: "one JSON document on standard output" },
  {
    name: "field",
    value: "NAME",
    help: "one field of that document as plain text, such as intents.0.message_id",
  },
  { name: "help", help: "this" },
];

/** The command that a line begins with; undefined when it names none. */
export function findCommand(commands: readonly Command[], line: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(" ").every((word, index) => line[index] === word));
}

/**
 * Reads a command's line. Node's own `parseArgs` does it: the commands are a table already, and a parser with a language of
 * its own would bring a dependency for what stands here.
 *
 * @throws WrongUsage naming what is missing or unknown.
 */
export function parseLine(command: Command, line: readonly string[]): Given {
  const options = [...(command.options ?? []), ...COMMON_OPTIONS];
  const { values, positionals } = parse(line.slice(command.name.split(" ").length), options);
  const names = command.arguments ?? [];
  const missing = [
    ...names.slice(positionals.length),
    ...options
      .filter(({ name, required }) => required && values[name] === undefined)
      .map(({ name }) => `--${name}`),
  ];
  const given = (name: string) => values[name];
  if (missing.length > 0 && !given("help")) throw new WrongUsage(`Missing: ${missing.join(", ")}.`);
  if (positionals.length > names.length && command.rest === undefined)
    throw new WrongUsage(`There is one word too many: quote a text that has spaces.`);

  const optional = (name: string): string | undefined => {
    const value = given(name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    argument: (name) => positionals[names.indexOf(name)] ?? "",
    option: (name) => optional(name) ?? "",
    optional,
    rest: positionals.slice(names.length),
    many: (name) => (given(name) as string[] | undefined) ?? [],
    has: (name) => given(name) === true,
  };
}

function parse(args: string[], options: readonly Option[]) {
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    options.map(({ name, value, many }) => [
      name,
      { type: value === undefined ? "boolean" : "string", multiple: many ?? false },
    ]),
  );
  try {
    return parseArgs({ args, options: config, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(error.message) ?? [];
    if (unknown === undefined) throw new WrongUsage(error.message);
    const known = options.map(({ name }) => name);
    throw new WrongUsage(`Unknown option '--${unknown}'.${didYouMean(unknown, known)}`);
  }
}
