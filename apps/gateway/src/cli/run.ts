import { nearName } from "@webxkey/core/contract";
import { type ClientSettings, readClientSettings } from "../env.ts";
import { createGatewayClient } from "./client.ts";
import type { Command, Given } from "./command.ts";
import { alertCommands } from "./commands/alerts.ts";
import { answerCommands } from "./commands/answers.ts";
import { connectionCommands } from "./commands/connections.ts";
import { consentCommands } from "./commands/consents.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { eventCommands, sampleCommand } from "./commands/events.ts";
import { keyCommands } from "./commands/keys.ts";
import { acceptCommand, memberCommands } from "./commands/members.ts";
import { messageCommands } from "./commands/messages.ts";
import { privacyCommands } from "./commands/privacy.ts";
import { configurationFailure, processCommands } from "./commands/process.ts";
import { ruleCommands } from "./commands/rules.ts";
import { senderCommands } from "./commands/senders.ts";
import { settingCommands } from "./commands/settings.ts";
import { unsureCommands } from "./commands/unsure.ts";
import { wordingCommands } from "./commands/wordings.ts";
import { workspaceCommands } from "./commands/workspaces.ts";
import { Failure, WrongUsage } from "./failure.ts";
import { commandHelp, generalHelp, usageOf } from "./help.ts";
import { findCommand, parseLine } from "./parse.ts";
import type { Report } from "./report.ts";
import { openTerminal } from "./terminal.ts";
import { wrongId } from "./wrong-id.ts";

/** The command worked; it was refused or found something wrong; it was not understood. */
const EXIT = { ok: 0, failed: 1, wrongUsage: 2 } as const;

export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs one line of the CLI and returns the exit code. Results go to standard output, everything else to standard error. */
export async function runCommandLine(line: readonly string[], { out, err }: Output): Promise<number> {
  const print = (to: (text: string) => void, lines: readonly string[]) =>
    to(lines.map((one) => `${one}\n`).join(""));
  // Read first, for the help too: what a command takes may come from the environment instead of its line.
  const { settings, problems } = readClientSettings();
  const commands = commandsOf(settings ?? { url: "" });
  const command = findCommand(commands, line);
  if (!command) {
    const asked = line.length === 0 || line[0] === "help" || line[0] === "--help";
    print(asked ? out : err, [...(asked ? [] : [noCommand(commands, line), ""]), ...generalHelp(commands)]);
    return asked && line.length > 0 ? EXIT.ok : EXIT.wrongUsage;
  }
  let given: Given | undefined;
  try {
    given = parseLine(command, line);
    if (given.has("help")) {
      print(out, commandHelp(command));
      return EXIT.ok;
    }
    if (problems && "run" in command) throw configurationFailure(problems);
    const report = await reportOf(command, given, settings);
    print(out, shown(report, given));
    return report.ok === false ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (error instanceof WrongUsage) {
      print(err, [error.message, `Usage: ${usageOf(command)}`]);
      return EXIT.wrongUsage;
    }
    const failure = await failureOf(error);
    print(err, [failure.message, ...failure.lines]);
    if (given?.has("json")) print(out, [JSON.stringify({ problem: failure.document })]);
    return EXIT.failed;
  }
}

function noCommand(commands: readonly Command[], line: readonly string[]): string {
  const words = line.filter((word) => !word.startsWith("-")).slice(0, 2);
  const near =
    nearName(
      words.join(" "),
      commands.map(({ name }) => name),
    ) ??
    nearName(
      words[0] ?? "",
      commands.map(({ name }) => name),
    );
  return `There is no command "${words.join(" ")}".${near ? ` Did you mean "${near}"?` : ""}`;
}

function commandsOf(settings: ClientSettings): readonly Command[] {
  return [
    ...processCommands,
    doctorCommand(settings),
    ...workspaceCommands,
    ...settingCommands,
    ...memberCommands,
    acceptCommand(settings),
    ...keyCommands,
    ...senderCommands(settings),
    ...connectionCommands(settings),
    ...ruleCommands,
    ...wordingCommands,
    ...consentCommands,
    ...unsureCommands,
    sampleCommand,
    ...eventCommands,
    ...messageCommands,
    ...answerCommands,
    ...privacyCommands,
    ...alertCommands,
  ];
}

async function reportOf(
  command: Command,
  given: Given,
  settings: ClientSettings | undefined,
): Promise<Report> {
  if ("runLocally" in command) return await command.runLocally(given);
  const client = createGatewayClient(settings ?? { url: "" });
  try {
    return await command.run({ ...given, client, terminal: openTerminal() });
  } catch (error) {
    const [placeholder = ""] = command.arguments ?? [];
    throw wrongId(error, placeholder, given.argument(placeholder));
  }
}

function shown({ document, lines }: Report, given: Given): readonly string[] {
  const field = given.optional("field");
  if (document === undefined) return lines;
  if (field === undefined) return given.has("json") ? [JSON.stringify(document)] : lines;
  const value = fieldOf(document, field);
  if (value === undefined) throw new WrongUsage(`The document has no field ${field}.`);
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

/** `intents.0.message_id`: a step a dot, a number in a list. */
function fieldOf(document: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => {
    const isOwn = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    return isOwn ? (value as Record<string, unknown>)[step] : undefined;
  }, document);
}

/** Our own errors say what to do. Of any other only its kind and code are shown: its words may quote what must not be seen. */
async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof Failure) return error;
  const { isWebxkeyError } = await import("@webxkey/core");
  if (isWebxkeyError(error)) {
    const fields = error.fields.map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
    return new Failure(error.message, {
      lines: fields,
      document: { code: error.code, detail: error.message, fields: error.fields },
    });
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new Failure("The port is taken. Set PORT to another one.");
  const kind = error instanceof Error ? error.name : typeof error;
  const what = [kind, code, syscall].filter((part) => typeof part === "string").join(" ");
  return new Failure(
    `This failed unexpectedly (${what}). The log above says more, with LOG_LEVEL=debug most.`,
  );
}
