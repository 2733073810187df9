import type { Channel } from "../channels/channel.ts";
import type { ChannelFact } from "../channels/facts.ts";
import { parseWebhookBody, splitWebhook, type WebhookChange } from "../meta/index.ts";
import type { Route } from "../senders/index.ts";
import type { VerifiedApp } from "../storage/index.ts";
import { asksToStop } from "./reading.ts";

/**
 * Meta repeats a webhook for seven days; what is older is not applied any more, because its dedupe rows may be gone. A wish to stop
 * has no age: to apply it again changes nothing.
 */
export const CHANGE_AGE_MS_MAX = 8 * 24 * 60 * 60_000;

export type QuarantineReason =
  | "not_connected"
  | "not_understood"
  | "no_use_yet"
  | "too_old"
  | "failed_repeatedly";

/** A part of a webhook that is kept aside, as it came. */
export interface KeptPart {
  readonly reason: QuarantineReason;
  readonly field: string | null;
  readonly part: string;
}

/** A fact with the workspace and sender that it belongs to. */
export interface OwnedFact {
  readonly workspaceId: string;
  /** Undefined for what concerns a whole account. */
  readonly senderId: string | undefined;
  readonly wabaId: string;
  readonly fact: ChannelFact;
}

export interface SortedWebhook {
  readonly owned: readonly OwnedFact[];
  readonly kept: readonly KeptPart[];
}

/** The numbers and accounts a body speaks of; undefined where it is no acceptable JSON. */
export function changesOf(text: string): WebhookChange[] | undefined {
  const body = parseWebhookBody(text);
  return body === undefined ? undefined : splitWebhook(body);
}

/**
 * Tells whose each change is. A change counts only for the workspace that connected the number, or the account, through the
 * very app whose secret verified the body; all else is kept aside and never applied. Without this, whoever owns one Meta
 * app could speak for the numbers of another client.
 */
export function sortWebhook(
  channel: Channel,
  changes: readonly WebhookChange[],
  routes: readonly Route[],
  verifiedBy: readonly VerifiedApp[],
  receivedAt: Date,
): SortedWebhook {
  const owned: OwnedFact[] = [];
  const kept: KeptPart[] = [];
  for (const change of changes) {
    const keep = (reason: QuarantineReason) =>
      kept.push({
        reason,
        field: change.field ?? null,
        part: JSON.stringify({ waba: change.wabaId, field: change.field, value: change.value }),
      });
    const owners = ownersOf(change, routes, verifiedBy);
    if (owners.length === 0) {
      keep("not_connected");
      continue;
    }
    const facts = channel.factsFromChange(change, receivedAt);
    if (facts.some((fact) => fact.kind === "unknown")) keep("not_understood");
    else if (facts.some((fact) => fact.kind === "kept_aside") && facts.every(isOfNoUse)) keep("no_use_yet");
    const stops = new Set(facts.filter(asksToStop));
    const usable = facts.filter(
      (fact) => fact.kind !== "unknown" && fact.kind !== "kept_aside" && (!isAside(fact) || stops.has(fact)),
    );
    const fresh = usable.filter((fact) => stops.has(fact) || !isTooOld(fact, receivedAt));
    if (fresh.length < usable.length) keep("too_old");
    for (const owner of owners) {
      for (const fact of fresh) {
        // A message that names no number was still written to the shop.
        const senderId = owner.senderId ?? (fact.kind === "inbound" ? anySenderOf(owner, routes) : undefined);
        owned.push({ ...owner, senderId, fact });
      }
    }
  }
  return { owned, kept };
}

function ownersOf(
  change: WebhookChange,
  routes: readonly Route[],
  verifiedBy: readonly VerifiedApp[],
): Pick<OwnedFact, "workspaceId" | "senderId" | "wabaId">[] {
  const verified = (route: Route) =>
    verifiedBy.some((app) => app.workspace_id === route.workspaceId && app.app_id === route.appId);
  const named = routes.filter((route) => route.wabaId === change.wabaId && verified(route));
  if (change.phoneNumberId !== undefined) {
    return named
      .filter((route) => route.phoneNumberId === change.phoneNumberId)
      .map(({ workspaceId, senderId, wabaId }) => ({ workspaceId, senderId, wabaId }));
  }
  const workspaces = new Map(named.map(({ workspaceId, wabaId }) => [workspaceId, wabaId]));
  return [...workspaces].map(([workspaceId, wabaId]) => ({ workspaceId, wabaId, senderId: undefined }));
}

function anySenderOf(
  { workspaceId, wabaId }: Pick<OwnedFact, "workspaceId" | "wabaId">,
  routes: readonly Route[],
): string | undefined {
  return routes.find((route) => route.workspaceId === workspaceId && route.wabaId === wabaId)?.senderId;
}

/** That an agent was seen, or a wish to stop in an old chat, is noted, and all of it is kept for a later version. */
function isOfNoUse(fact: ChannelFact): boolean {
  return fact.kind === "kept_aside" || fact.kind === "agent_seen" || isAside(fact);
}

function isAside(fact: ChannelFact): boolean {
  return fact.kind === "inbound" && fact.messageKind === "aside";
}

function isTooOld(fact: ChannelFact, receivedAt: Date): boolean {
  return "timestamp" in fact && receivedAt.getTime() - fact.timestamp.getTime() > CHANGE_AGE_MS_MAX;
}
