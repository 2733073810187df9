import type { ConnectorSummary } from "@webxkey/core/contract";
import { didYouMean } from "@webxkey/core/contract";
import type { ClientContext } from "../command.ts";
import { Failure } from "../failure.ts";
import { readJson } from "../json-file.ts";

export type Settings = Record<string, unknown>;

/** The connector of this name. @throws Failure naming the one that was probably meant. */
export async function connectorNamed(
  { client }: Pick<ClientContext, "client">,
  name: string,
): Promise<ConnectorSummary> {
  const { connectors } = await client.connections.list();
  const found = connectors.find(({ id }) => id === name);
  if (found) return found;
  const known = connectors.map(({ id }) => id);
  throw new Failure(`There is no connector "${name}".${didYouMean(name, known)}`, {
    lines: [`This gateway has: ${known.join(", ") || "none"}.`],
  });
}

/** What the connector asks for: from a file where one is given, else asked one by one, what is secret unseen. */
export async function settingsFor(
  { terminal, optional }: Pick<ClientContext, "terminal" | "optional">,
  connector: ConnectorSummary,
): Promise<Settings> {
  const file = optional("settings");
  if (file !== undefined) return (await readJson(terminal, file)) as Settings;
  const settings: Settings = {};
  for (const { name, required, secret, type } of connector.settings) {
    if (!required) continue;
    const answer = secret ? await terminal.readSecret(name) : await terminal.readLine(name);
    if (answer !== "") settings[name] = typedAnswer(answer, type);
  }
  return settings;
}

function typedAnswer(answer: string, type: ConnectorSummary["settings"][number]["type"]): unknown {
  if (type === "list") return answer.split(",").map((one) => one.trim());
  return type === "number" && /^-?\d{1,15}$/.test(answer) ? Number(answer) : answer;
}

/** What can be set beside what is asked for. */
export function settingLines({ settings }: ConnectorSummary): string[] {
  const others = settings.filter(({ required }) => !required).map(({ name }) => name);
  return others.length === 0
    ? []
    : [`Further settings, in a file given with --settings: ${others.join(", ")}.`];
}
