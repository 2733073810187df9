import { actorOf } from "../../access/index.ts";
import type { KeptWording } from "../../consent/index.ts";
import { canonicalLocale } from "../../events/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { WordingSummary } from "./contract.ts";

export function wordingRoutes({ consent }: Pick<ApiPorts, "consent">) {
  return {
    list: os.wordings.list.use(needs("wording:read")).handler(async ({ context: { member } }) => ({
      wordings: (await consent.wordings.list(member.workspaceId)).map(summaryOf),
    })),
    create: os.wordings.create
      .use(needs("wording:write"))
      .handler(async ({ context: { member }, input: { language, ...words } }) => {
        const wording = { ...words, language: languageOf(language) };
        return summaryOf(await consent.wordings.create(actorOf(member), member.workspaceId, wording));
      }),
  };
}

function summaryOf({ createdAt, ...wording }: KeptWording): WordingSummary {
  return { ...wording, created_at: createdAt.toISOString() };
}

/** One form for each language: a claim names its wording letter by letter. */
function languageOf(given: string): string {
  const language = canonicalLocale(given);
  if (language) return language;
  const detail = "Write the language as a BCP 47 tag with dashes, such as si-LK or en.";
  throw new WebxkeyError("invalid_input", { detail, fields: [{ pointer: "/language", detail }] });
}
