import type { PlatformEvent } from "../events/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Db } from "../storage/index.ts";
import { checkTemplate, filledText, type SyncedTemplate, type Templates } from "../templates/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import type { Rule } from "./define-rule.ts";
import { fillTemplate, languagesFor } from "./intents.ts";

/** What one rule would write on an event: the words of its template's body in the language of the message, or why there are none. */
export interface MessagePreview {
  readonly ruleId: string;
  /** Of the template that would be taken, as Meta writes it. */
  readonly language: string | null;
  readonly text: string | null;
  readonly problem: string | null;
}

/** What the rules of an event's type would write, whether they are on or not. Nothing is stored, decided or sent. */
export type PreviewMessages = (workspaceId: string, event: PlatformEvent) => Promise<MessagePreview[]>;

export function createMessagePreview({
  db,
  rules,
  senders,
  templates,
  workspaces,
}: {
  readonly db: Db;
  readonly rules: readonly Rule[];
  readonly senders: Senders;
  readonly templates: Templates;
  readonly workspaces: Workspaces;
}): PreviewMessages {
  return async (workspaceId, event) => {
    const waiting = rules.filter((rule) => rule.on === event.type);
    if (waiting.length === 0) return [];
    const sender = await senders.forSending(db, workspaceId);
    const ofAccounts = await templates.synced(
      db,
      workspaceId,
      waiting.map(({ template }) => template.name),
    );
    const { language } = (await workspaces.get(workspaceId)).settings;
    const synced = (sender && ofAccounts.get(sender.wabaId)) ?? [];
    return waiting.map((rule) => {
      const written = sender ? writtenBy(rule, event, synced, language) : NO_SENDER;
      return { ruleId: rule.id, language: null, text: null, problem: null, ...written };
    });
  };
}

const NO_SENDER = { problem: "Connect a WhatsApp number first." };

/** As the intake does it: values are written for the language that is wanted most, and anew for the one that the template has. */
function writtenBy(
  rule: Rule,
  event: PlatformEvent,
  synced: readonly SyncedTemplate[],
  workspaceLanguage: string | null,
): Partial<MessagePreview> {
  const writeIn = (written: string, languages: readonly string[]): Partial<MessagePreview> => {
    const filled = fillTemplate(event, rule, written);
    if (!filled.ok) return { problem: "The order lacks a value that the template needs." };
    const { name } = rule.template;
    const wanted = { name, languages, params: filled.params, forMarketing: rule.purpose === "marketing" };
    const fit = checkTemplate({ wanted, synced });
    if (!fit.ok) return { problem: fit.problem.sentence };
    const values = new Map(fit.arguments.body.map(({ name, text }) => [name, text]));
    return { language: fit.language, text: filledText(fit.shape.body, values) };
  };
  const { fallbackLanguage } = rule.template;
  const locale = event.data.recipient.locale ?? null;
  const languages = languagesFor({ locale, fallbackLanguage }, workspaceLanguage);
  const [wanted = fallbackLanguage] = languages;
  const first = writeIn(wanted, languages);
  const found = first.language?.replaceAll("_", "-");
  return found === undefined || found === wanted ? first : writeIn(found, [found]);
}
