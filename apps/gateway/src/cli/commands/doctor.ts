import type { ClientSettings } from "../../env.ts";
import { askProcess, type GatewayClient } from "../client.ts";
import type { ClientCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import type { Report } from "../report.ts";

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly sentence: string;
  /** What to do; null where nothing is wrong. */
  readonly fix: string | null;
}

export function doctorCommand(settings: ClientSettings): ClientCommand {
  return {
    name: "doctor",
    summary: "looks at everything that has to be right for a message to arrive",
    async run({ client }) {
      const findings = [
        await found("gateway", async () => {
          await askProcess(settings, "/healthz");
          return [`A gateway answers at ${settings.url}.`];
        }),
        await found("storage", async () => {
          await askProcess(settings, "/readyz");
          return ["The database answers and is migrated."];
        }),
        await found("key", async () => {
          const { workspace, role, graph_url } = await client.me.get();
          return [
            `The key acts as ${role} in the workspace ${workspace.id}; Graph calls go to ${graph_url}.`,
          ];
        }),
        ...(await senderFindings(client)),
        await ruleFinding(client),
        ...(await connectionFindings(client)),
        await unsureFinding(client),
      ];
      return reportOf(findings);
    },
  };
}

/** What a failing look says first is the finding, what it says then is what to do. */
async function found(check: string, look: () => Promise<[string]>): Promise<Finding> {
  try {
    const [sentence] = await look();
    return { check, ok: true, sentence, fix: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { check, ok: false, sentence: error.message, fix: error.lines.join(" ") || null };
  }
}

async function senderFindings(client: GatewayClient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const all = await found("senders", async () => {
    const { senders } = await client.senders.list();
    if (senders.length === 0)
      throw new Failure("No WhatsApp number is connected.", { lines: ['Run "webxkey sender connect".'] });
    for (const { sender_id, display_phone_number } of senders) {
      const { checks } = await client.senders.check({ sender_id });
      findings.push(
        ...checks.map(({ id, ...rest }) => ({
          check: `${display_phone_number ?? sender_id} ${id}`,
          ...rest,
        })),
      );
    }
    return [`${senders.length} ${senders.length === 1 ? "number is" : "numbers are"} connected.`];
  });
  return [all, ...findings];
}

/** Nothing is said where no shop is connected: events may come over HTTP. */
async function connectionFindings(client: GatewayClient): Promise<Finding[]> {
  const { connections } = await client.connections.list();
  return connections.flatMap(({ name, state, problems }): Finding[] => {
    const check = `shop ${name}`;
    if (problems.length > 0) {
      return problems.map(({ sentence, entity_ref }) => ({
        check,
        ok: false,
        sentence: entity_ref === null ? "Something is wrong." : `The order ${entity_ref} is not told.`,
        fix: sentence,
      }));
    }
    return [
      { check, ok: true, sentence: state === "paused" ? "It is paused." : "Nothing is wrong.", fix: null },
    ];
  });
}

async function unsureFinding(client: GatewayClient): Promise<Finding> {
  return await found("opt-outs", async () => {
    const { open } = await client.unsure.count();
    if (open === 0) return ["No message that may mean stop waits for an answer."];
    const one = open === 1;
    throw new Failure(
      `${open} ${one ? "message" : "messages"} of customers may mean stop, and nobody has said so: what is meant for them waits.`,
      { lines: ['Run "webxkey unsure list", then "webxkey unsure answer".'] },
    );
  });
}

async function ruleFinding(client: GatewayClient): Promise<Finding> {
  return await found("rules", async () => {
    const { rules } = await client.rules.list();
    const active = rules.filter(({ active }) => active);
    if (active.length === 0)
      throw new Failure("No rule is on, so that no event is told.", {
        lines: ['Run "webxkey rule activate RULE".'],
      });
    const hindered = active.flatMap(({ rule_id, problems }) =>
      problems.map(({ sentence }) => `${rule_id}: ${sentence}`),
    );
    if (hindered.length > 0) throw new Failure("A rule that is on cannot send.", { lines: hindered });
    return [`On: ${active.map(({ rule_id }) => rule_id).join(", ")}.`];
  });
}

function reportOf(findings: readonly Finding[]): Report {
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.flatMap(({ check, ok: good, sentence, fix }) => [
    `${good ? "ok  " : "BAD "}  ${check}: ${sentence}`,
    ...(fix ? [`        ${fix}`] : []),
  ]);
  return { document: { ok, findings }, lines, ok };
}
