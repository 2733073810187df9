import { isRootKey, newRootKey, readEngineSettings } from "../../env.ts";
import { firstSignal } from "../../process/signals.ts";
import type { CompleteSettings } from "../../settings.ts";
import type { LocalCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import type { Report } from "../report.ts";
import { openTerminal } from "../terminal.ts";

const NOTHING_TO_TELL: Report = { document: undefined, lines: [] };
const say = (line: string) => process.stderr.write(`${line}\n`);

/** The only commands that open storage themselves; all others ask a gateway, and need not wait until the engine is loaded. */
export const processCommands: readonly LocalCommand[] = [
  {
    name: "init",
    summary: "sets an installation up: root key, schema, and an owner key that is shown once",
    async runLocally() {
      const { install } = await import("../../process/install.ts");
      const { settings, problems } = await readEngineSettings();
      if (problems) throw configurationFailure(problems);
      const installed = await install(settings);
      if ("problem" in installed) throw new Failure(installed.problem);
      const { ownerKey, rootKeyFile, rootKeyWritten } = installed;
      return {
        document: { owner_key: ownerKey, root_key_file: rootKeyFile, root_key_written: rootKeyWritten },
        lines: [
          rootKeyFile === null
            ? "The root key is the one in WEBXKEY_ROOT_KEY."
            : `The root key ${rootKeyWritten ? "was written to" : "is the one in"} ${rootKeyFile}. Keep a copy elsewhere: without it nothing can be read.`,
          "The database is migrated.",
          "The owner key, shown this once; put it into WEBXKEY_API_KEY:",
          `  ${ownerKey}`,
        ],
      };
    },
  },
  {
    name: "migrate",
    summary: "brings the schema up to date",
    async runLocally() {
      const { migrate } = await import("../../process/install.ts");
      await migrate(await completeSettings());
      return { document: { migrated: true }, lines: ["The database is migrated."] };
    },
  },
  {
    name: "key recover",
    summary: "replaces a lost owner key, on the gateway's own machine: the owner's other keys end",
    options: [{ name: "workspace", value: "ID", help: "whose owner; of the first workspace unless told" }],
    async runLocally({ optional }) {
      const { recoverOwner } = await import("../../process/install.ts");
      const ownerKey = await recoverOwner(await completeSettings(), optional("workspace"));
      return {
        document: { owner_key: ownerKey },
        lines: [
          "All personal keys of the owner have ended. The new one, shown this once; put it into WEBXKEY_API_KEY:",
          `  ${ownerKey}`,
        ],
      };
    },
  },
  {
    name: "root-key add",
    summary: "lets a new root key open this installation too, while gateways run; read from standard input",
    async runLocally() {
      const { addRootKey } = await import("../../process/install.ts");
      const { secret } = await import("@webxkey/core");
      const next = newRootKey() ?? (await openTerminal().readSecret("new root key (WEBXKEY_NEW_ROOT_KEY)"));
      if (!isRootKey(next)) {
        throw new Failure(
          "The new root key is not 32 random bytes in base64. Make one with: openssl rand -base64 32",
        );
      }
      const wrapped = await addRootKey(await completeSettings(), secret(next));
      return {
        document: { wrapped },
        lines: [
          "The new root key opens this installation too.",
          'Start every process again with it, one after another. Then run "webxkey root-key finish" with it.',
        ],
      };
    },
  },
  {
    name: "root-key finish",
    summary: "ends every root key but the one in use: what an old one wrapped is deleted",
    async runLocally() {
      const { endOldRootKeys } = await import("../../process/install.ts");
      const ended = await endOldRootKeys(await completeSettings());
      return {
        document: { ended },
        lines: ["Only the root key that this command was given opens this installation now."],
      };
    },
  },
  {
    name: "serve",
    summary: "runs a gateway: events and webhooks in, messages out",
    options: [{ name: "no-worker", help: "only takes in; worker processes send (PostgreSQL only)" }],
    async runLocally({ has }) {
      const settings = await completeSettings();
      const work = !has("no-worker");
      if (!work && settings.storage.name === "pglite")
        throw new Failure(`${ONE_PROCESS} With --no-worker nothing would ever be sent.`);
      const { serve } = await import("../../process/serve.ts");
      await serve(settings, { work, stop: firstSignal(), say });
      return NOTHING_TO_TELL;
    },
  },
  {
    name: "worker",
    summary: "sends and applies webhooks, beside any number of others (PostgreSQL only)",
    async runLocally() {
      const settings = await completeSettings();
      if (settings.storage.name === "pglite")
        throw new Failure(`${ONE_PROCESS} The gateway is the worker there; set DATABASE_URL to run more.`);
      const { runWorker } = await import("../../process/worker.ts");
      await runWorker(settings, { stop: firstSignal(), say });
      return NOTHING_TO_TELL;
    },
  },
];

const ONE_PROCESS = "Embedded storage belongs to one process.";

async function completeSettings(): Promise<CompleteSettings> {
  const { readSettings } = await import("../../settings.ts");
  const { settings, problems } = await readSettings();
  if (problems) throw configurationFailure(problems);
  return settings;
}

/** Every problem at once, so that a start is not a game of many rounds. */
export function configurationFailure(problems: readonly string[]): Failure {
  return new Failure("The configuration is not usable:", {
    lines: problems.map((problem) => `  ${problem}`),
    document: { code: "invalid_configuration", problems },
  });
}
