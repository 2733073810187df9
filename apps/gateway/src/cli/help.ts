import type { Command, Option } from "./command.ts";
import { COMMON_OPTIONS } from "./parse.ts";

export function usageOf({ name, arguments: names = [], rest, options = [] }: Command): string {
  const required = options.filter((option) => option.required).map(optionUsage);
  return [
    "webxkey",
    name,
    ...names,
    ...restUsage(rest),
    ...required,
    ...(options.length > required.length ? ["[options]"] : []),
  ].join(" ");
}

export function commandHelp(command: Command): string[] {
  const options = [...(command.options ?? []), ...COMMON_OPTIONS];
  return [
    `${usageOf(command)}: ${command.summary}.`,
    "",
    ...aligned(options.map((option) => [optionUsage(option), option.help])),
  ];
}

export function generalHelp(commands: readonly Command[]): string[] {
  return [
    "webxkey COMMAND: order and account events in, opt-in WhatsApp messages out.",
    "",
    ...aligned(
      commands.map((command) => [
        [command.name, ...(command.arguments ?? []), ...restUsage(command.rest)].join(" "),
        command.summary,
      ]),
    ),
    "",
    'All take --json, --field and --help. "docs/guides/gateway.md" goes from nothing to a delivered message.',
  ];
}

const restUsage = (rest: string | undefined) => (rest === undefined ? [] : [`[${rest} …]`]);
const optionUsage = ({ name, value }: Option) => `--${name}${value === undefined ? "" : ` ${value}`}`;

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
