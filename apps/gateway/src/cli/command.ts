import type { GatewayClient } from "./client.ts";
import type { Report } from "./report.ts";
import type { Terminal } from "./terminal.ts";

export interface Option {
  readonly name: string;
  /** The placeholder of its value in the help; without one the option is a switch. */
  readonly value?: string;
  readonly help: string;
  readonly required?: true;
  /** May be given more than once. */
  readonly many?: true;
}

/** Arguments and options of one command line. */
export interface Given {
  argument(name: string): string;
  /** A required option, or one of which the command asked whether it is there. */
  option(name: string): string;
  optional(name: string): string | undefined;
  many(name: string): readonly string[];
  /** The arguments of which there may be any number. */
  readonly rest: readonly string[];
  has(name: string): boolean;
}

export interface ClientContext extends Given {
  readonly client: GatewayClient;
  readonly terminal: Terminal;
}

interface CommandLine {
  /** `key create` */
  readonly name: string;
  readonly summary: string;
  /** All of them have to be given, in this order. */
  readonly arguments?: readonly string[];
  /** The name of further arguments, of which there may be any number. */
  readonly rest?: string;
  readonly options?: readonly Option[];
}

/** A command that calls a running gateway. */
export interface ClientCommand extends CommandLine {
  run(context: ClientContext): Promise<Report>;
}

/** A command that works on this machine: it opens storage itself, or needs none. */
export interface LocalCommand extends CommandLine {
  runLocally(given: Given): Promise<Report>;
}

export type Command = ClientCommand | LocalCommand;
