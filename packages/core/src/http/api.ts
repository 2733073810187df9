import { implement } from "@orpc/server";
import { type Member, type Right, requireRight } from "../access/index.ts";
import type { Alerts } from "../alerts/index.ts";
import type { Answers } from "../answers/index.ts";
import type { Connections } from "../connections/index.ts";
import type { Grants } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { Explain } from "../explain/index.ts";
import type { UnsureCases } from "../inbox/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Publisher } from "../outbox/index.ts";
import type { PrivacyRequests } from "../privacy/index.ts";
import type { RuleCatalog } from "../rules/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Templates } from "../templates/index.ts";
import type { WorkspacePorts } from "./access/open-workspace.ts";
import { contract } from "./contract.ts";

export interface ApiPorts extends WorkspacePorts {
  readonly clock: Clock;
  readonly senders: Senders;
  readonly connections: Connections;
  readonly privacy: PrivacyRequests;
  readonly alerts: Alerts;
  readonly templates: Templates;
  readonly rules: RuleCatalog;
  readonly explain: Explain;
  readonly answers: Answers;
  readonly contacts: Contacts;
  readonly grants: Grants;
  readonly unsure: UnsureCases;
  readonly publish: Publisher["publish"];
  readonly graphUrl: string;
  /** The public address of the connectors' route, to which a connection's own address is appended. */
  readonly connectorsUrl: string;
}

export interface ApiContext {
  readonly member: Member;
}

/**
 * The contract, to be answered feature by feature.
 * The right is asked for before the input is looked at: who may not do a thing is not told how to do it.
 */
export const os = implement(contract).$context<ApiContext>().$config({ initialInputValidationIndex: 1 });

/** Goes on only for a member with this right. */
export const needs = (right: Right) =>
  os.middleware(({ context, next }) => {
    requireRight(context.member, right);
    return next();
  });
