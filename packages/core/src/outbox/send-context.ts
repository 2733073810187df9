import type { KeyObject } from "node:crypto";
import type { Consent, ConsentRecord, EntityRef } from "../consent/index.ts";
import { foldConsent, isNumberGivenUp } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { SubjectKeys } from "../keys/index.ts";
import type { Reason, SendFacts } from "../policy/index.ts";
import type { Sender, Senders } from "../senders/index.ts";
import { type Db, together } from "../storage/index.ts";
import type { SyncedTemplate } from "../templates/index.ts";
import { checkTemplate, type TemplateFit, type TemplateProblem, type Templates } from "../templates/index.ts";
import type { Workspace, Workspaces } from "../workspaces/index.ts";

/** What a batch's decisions rest on, read once in the transaction that decides. */
export interface SendContext {
  readonly workspace: Workspace;
  readonly sender: Sender | undefined;
  readonly keys: SubjectKeys;
  keyOf(contactId: string | null): KeyObject | undefined;
  recordsOf(contactId: string | null): readonly ConsentRecord[];
  isRestricted(contactId: string | null): boolean;
  /** Whether the person wrote something that may mean "stop" and nobody has answered. */
  isUnsure(contactId: string | null): boolean;
  /** Whether the template can carry these values now, and how. */
  fit(wanted: WantedTemplate): TemplateFit | Reason;
}

export interface WantedTemplate {
  readonly template: string;
  readonly languages: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  readonly purpose: string;
}

export interface SendContextPorts {
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly workspaces: Workspaces;
}

export async function loadSendContext(
  { contacts, consent, senders, templates, workspaces }: SendContextPorts,
  tx: Db,
  workspaceId: string,
  contactIds: readonly string[],
  templateNames: readonly string[],
  keys: SubjectKeys | Promise<SubjectKeys>,
): Promise<SendContext> {
  const unique = [...new Set(contactIds)];
  const [personKeys, [recorded, restricted, unsure, sender, ofAccounts, workspace]] = await Promise.all([
    keys,
    together(tx, (tx) =>
      Promise.all([
        consent.records(workspaceId, unique, tx),
        contacts.restricted(workspaceId, unique, tx),
        consent.unsure.people(tx, workspaceId, unique),
        senders.forSending(tx, workspaceId),
        templates.synced(tx, workspaceId, [...new Set(templateNames)]),
        workspaces.get(workspaceId, tx),
      ]),
    ),
  ]);
  const records = Map.groupBy(recorded, (record) => record.contactId);
  const synced = (sender && ofAccounts.get(sender.wabaId)) ?? [];
  return {
    workspace,
    sender,
    keys: personKeys,
    keyOf: (contactId) => (contactId === null ? undefined : personKeys.get(contactId)),
    recordsOf: (contactId) => (contactId === null ? [] : (records.get(contactId) ?? [])),
    isRestricted: (contactId) => contactId !== null && restricted.has(contactId),
    isUnsure: (contactId) => contactId !== null && unsure.has(contactId),
    fit: (wanted) => fitOf(wanted, synced),
  };
}

export function sendFactsOf(
  context: SendContext,
  of: {
    readonly now: Date;
    readonly expiresAt: Date;
    readonly contactId: string | null;
    readonly entity: EntityRef;
    readonly purpose: string;
    readonly channel: string;
    readonly fit: TemplateFit | Reason;
  },
): SendFacts {
  const security = of.purpose === "account-security";
  const records = context.recordsOf(of.contactId).filter(({ channel }) => channel === of.channel);
  const recordsFor = (purpose: string) => records.filter((record) => record.purpose === purpose);
  return {
    now: of.now,
    expiresAt: of.expiresAt,
    security,
    stopCoversSecurity: context.workspace.settings.stopCoversSecurity,
    entity: of.entity,
    personExists: context.keyOf(of.contactId) !== undefined,
    restricted: context.isRestricted(of.contactId),
    optOutUnsure: context.isUnsure(of.contactId),
    standing: foldConsent(recordsFor(stoppingPurpose(context, of.purpose)), of.entity),
    numberGivenUp: isNumberGivenUp(recordsFor("account")),
    sender: senderStanding(context.sender),
    templateProblem: isFit(of.fit) ? null : of.fit,
  };
}

/** The purpose whose records speak of a message: security notices need no consent, and end with news of the account. */
export function consentPurpose(purpose: string): string {
  return purpose === "account-security" ? "account" : purpose;
}

/** A STOP for this purpose ends a message for that one. */
export function stoppingPurpose({ workspace }: Pick<SendContext, "workspace">, purpose: string): string {
  return workspace.settings.stopCoversSecurity ? consentPurpose(purpose) : purpose;
}

export function isFit(fit: TemplateFit | Reason): fit is TemplateFit {
  return !("code" in fit);
}

function senderStanding(sender: Sender | undefined): SendFacts["sender"] {
  switch (sender?.state) {
    case "connected":
    case "token_invalid":
    case "app_secret_invalid":
      return sender.state;
    default:
      return "missing";
  }
}

function fitOf(wanted: WantedTemplate, synced: readonly SyncedTemplate[]): TemplateFit | Reason {
  const fit = checkTemplate({
    wanted: {
      name: wanted.template,
      languages: wanted.languages,
      params: wanted.params,
      forMarketing: wanted.purpose === "marketing",
    },
    synced,
  });
  return fit.ok ? fit : reasonOf(fit.problem, wanted.template);
}

function reasonOf(problem: TemplateProblem, template: string): Reason {
  switch (problem.code) {
    case "template_missing":
      return { code: "template_missing", detail: template };
    case "template_language_missing":
      return { code: "template_language_missing", detail: template };
    case "template_not_approved":
      return { code: "template_not_approved", detail: problem.status };
    case "parameter_missing":
      return { code: "parameter_missing", detail: problem.parameter };
    case "category_mismatch":
      return { code: "template_category_mismatch", detail: problem.category };
    case "template_auto_generated":
      return { code: "template_auto_generated", detail: template };
    case "parameter_unexpected":
    case "parameter_kind_mismatch":
    case "parameter_too_long":
      return { code: "parameter_mismatch", detail: problem.sentence };
  }
}
