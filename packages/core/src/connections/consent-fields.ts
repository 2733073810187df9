import type { AuditFact } from "../audit/index.ts";
import { type Consent, wordingName } from "../consent/index.ts";
import type { WebhookConnector } from "../events/index.ts";
import { type FieldProblem, WebxkeyError } from "../kernel/errors.ts";
import { didYouMean } from "../kernel/near-name.ts";
import type { Db, MappedConsent } from "../storage/index.ts";

/** What a name of a field has in it that asks people for a consent. A hint for a person, and never a reason to refuse. */
const OF_CONSENT =
  /whats|wa_|consent|opt|agree|accept|subscri|notif|permi|allow|messag|sms|market|news|update|contact|tick|check|box/i;

/** What it means that a field is mapped, to be read by whoever maps it. */
export function consentFieldSentence(field: string, words: string, equals?: string): string {
  const says = equals === undefined ? "says yes" : `is ${equals}`;
  const means = `Each order whose field ${field} ${says} counts as its buyer's own consent to: ${words}`;
  if (OF_CONSENT.test(field)) return means;
  return `${means} The name ${field} does not sound like a consent. Is it a box that buyers tick beside these words?`;
}

/** For the audit: which fields counted as a consent before, and which do now. */
export function fieldsChanged(
  before: readonly MappedConsent[],
  after: readonly MappedConsent[],
): AuditFact["detail"] {
  return before.length + after.length === 0 ? undefined : { before, after };
}

export function detailed(detail: AuditFact["detail"]): Pick<AuditFact, "detail"> {
  return detail === undefined ? {} : { detail };
}

/** @throws WebxkeyError `invalid_input` for words that are not stored, or that a platform does not ask for. */
export async function requireWordings(
  consent: Consent,
  on: Db,
  workspaceId: string,
  platform: WebhookConnector,
  mapping: readonly MappedConsent[],
): Promise<void> {
  if (mapping.length === 0) return;
  const wordings = await consent.wordings.list(workspaceId, on);
  const problemOf = (mapped: MappedConsent): string | undefined => {
    const wording = wordings.find(
      ({ id, version, language }) =>
        id === mapped.wordingId && version === mapped.wordingVersion && language === mapped.wordingLanguage,
    );
    if (!wording) {
      const { wordingId: id, wordingVersion: version, wordingLanguage: language } = mapped;
      const near = didYouMean(wordingName({ id, version, language }), wordings.map(wordingName));
      return `No such wording is stored here: people have to have seen exact words.${near}`;
    }
    const isWider = platform.isForMarketingAlone?.(mapped.field) && wording.purpose !== "marketing";
    return isWider
      ? "The platform asks for this consent for marketing alone: choose such a wording."
      : undefined;
  };
  const fields = mapping.flatMap((mapped, index): FieldProblem[] => {
    const detail = problemOf(mapped);
    return detail === undefined ? [] : [{ pointer: `/consent_mapping/${index}`, detail }];
  });
  if (fields.length > 0)
    throw new WebxkeyError("invalid_input", { detail: "Correct the fields named here.", fields });
}
