import { RIGHTS, SERVICE_SCOPES } from "../access/rights.ts";
import { currencyDecimals } from "../kernel/currency-decimals.ts";
import { didYouMean, nearName } from "../kernel/near-name.ts";
import { MESSAGE_STATES, type MessageState, PURPOSES, type Purpose } from "../kernel/vocabulary.ts";
import { acceptedInvitation, invitations, me, members, settings, workspaces } from "./access/contract.ts";
import { type AlertSummary, alertSummary, alerts } from "./alerts/contract.ts";
import { type AnswerSummary, answerSummary, answers } from "./answers/contract.ts";
import { type AuditReport, audit, auditReport } from "./audit/contract.ts";
import {
  type ChangedConnection,
  type ConnectionDetail,
  type ConnectionSummary,
  type ConnectorSummary,
  changedConnection,
  connectionDetail,
  connectionSummary,
  connections,
  type ShownConnection,
  shownConnection,
} from "./connections/contract.ts";
import { type ConsentSummary, consentSummary, consents } from "./consents/contract.ts";
import { events } from "./events/contract.ts";
import { type KeySummary, keySummary, keys, type NewKey, newKey } from "./keys/contract.ts";
import {
  type EntityTimeline,
  entities,
  entityRef,
  entityTimeline,
  type MessageSummary,
  messageSummary,
  messages,
  TIMELINE_KINDS,
  type TimelineEntry,
  timeline,
  timelineEntry,
} from "./messages/contract.ts";
import {
  type PrivacyRequestSummary,
  privacyRequestSummary,
  privacyRequests,
  type ShownPrivacyRequest,
  shownPrivacyRequest,
} from "./privacy/contract.ts";
import { type RuleSummary, ruleSummary, rules } from "./rules/contract.ts";
import {
  type SenderCheck,
  type SenderSummary,
  senderCheck,
  senderSummary,
  senders,
} from "./senders/contract.ts";
import { type TemplateSummary, templateSummary, templates } from "./templates/contract.ts";
import { type UnsureSummary, unsure } from "./unsure/contract.ts";
import { type WordingSummary, wordingSummary, wordings } from "./wordings/contract.ts";

/**
 * The one description of the HTTP surface: validation, the OpenAPI document and the typed client come from it. Each feature's
 * part stands in its folder, beside the routes that answer it. It runs in browsers too, so it imports nothing of Node.
 *
 * Routes that need a signed-in person or key name the right it must carry; the handler refuses the rest.
 */
export const contract = {
  me,
  members,
  invitations,
  keys,
  workspaces,
  settings,
  senders,
  connections,
  templates,
  rules,
  messages,
  entities,
  answers,
  consents,
  wordings,
  unsure,
  privacyRequests,
  events,
  alerts,
  audit,
};

export type Contract = typeof contract;

export {
  type AlertSummary,
  type AnswerSummary,
  type AuditReport,
  acceptedInvitation,
  alertSummary,
  answerSummary,
  auditReport,
  type ChangedConnection,
  type ConnectionDetail,
  type ConnectionSummary,
  type ConnectorSummary,
  type ConsentSummary,
  changedConnection,
  connectionDetail,
  connectionSummary,
  consentSummary,
  currencyDecimals,
  didYouMean,
  type EntityTimeline,
  entityRef,
  entityTimeline,
  type KeySummary,
  keySummary,
  MESSAGE_STATES,
  type MessageState,
  type MessageSummary,
  messageSummary,
  type NewKey,
  nearName,
  newKey,
  type PrivacyRequestSummary,
  PURPOSES,
  type Purpose,
  privacyRequestSummary,
  RIGHTS,
  type RuleSummary,
  ruleSummary,
  SERVICE_SCOPES,
  type SenderCheck,
  type SenderSummary,
  type ShownConnection,
  type ShownPrivacyRequest,
  senderCheck,
  senderSummary,
  shownConnection,
  shownPrivacyRequest,
  type TemplateSummary,
  TIMELINE_KINDS,
  type TimelineEntry,
  templateSummary,
  timeline,
  timelineEntry,
  type UnsureSummary,
  type WordingSummary,
  wordingSummary,
};
