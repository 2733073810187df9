import type { Role } from "./access/index.ts";
import type { Recipient } from "./events/index.ts";
import type { HttpRequest } from "./http/http-request.ts";
import type { Secret } from "./kernel/secret.ts";
import type { MessageState } from "./kernel/vocabulary.ts";
import type { MessagePreview } from "./rules/index.ts";

/** Who calls, as the host's own sign-in found out. The engine looks the role up; a caller cannot bring one. */
export interface Caller {
  /** The host's user id, or a service key's id. */
  readonly userId: string;
  readonly ip?: string;
  readonly userAgent?: string;
  /** Origins beside the host's own whose pages may make changes with this caller's session, as the host lets them. */
  readonly origins?: readonly (string | RegExp)[];
}

/**
 * A consent that came with an order, as a storefront says. It is recorded as claimed: it allows only messages about that
 * order until the person confirms it, and it never lifts an earlier withdrawal.
 */
export interface ConsentClaim {
  readonly wordingId: string;
  readonly wordingVersion: string;
  readonly wordingLanguage: string;
  readonly method: "checkout_box" | "form";
  readonly occurredAt: Date;
  /**
   * The host's field does not prove when it was set, and `occurredAt` is not later than the order. Where an earlier event of the order
   * came without this claim, somebody set the field since: it is recorded as `ticked_later`, now.
   */
  readonly isTimeOfOrder?: boolean;
  /** Where it can be looked up again, such as `cart_01H… metadata`. */
  readonly evidence: string;
  /** Whose consent it is. A message to any other phone needs a consent of its own. */
  readonly givenBy: ClaimGiver;
}

/**
 * The person who gave a claimed consent: by their own numbers in E.164 (the billing address's and the customer's, never the
 * parcel's), or by `bindPhone` of the number that stood beside the box. An empty list is nobody.
 */
export type ClaimGiver = { readonly phones: readonly string[] } | { readonly phoneBinding: string };

/** A consent field of the host that does not say yes now. */
export interface ConsentTakenBack {
  readonly wordingId: string;
  readonly wordingVersion: string;
  readonly wordingLanguage: string;
  readonly evidence: string;
}

/** `malformed`: not in the form of a consent. `not_offered`: for words that the host does not offer. */
export type UnusableClaim = "malformed" | "not_offered";

/** The consent that lies with what happened, as the host has it. */
export interface OrderConsents {
  readonly claims?: readonly ConsentClaim[];
  /**
   * Where a claim of the same order was recorded before, it is withdrawn for that order, also by an event that was seen before.
   * Without an earlier claim nothing is recorded.
   */
  readonly takenBack?: readonly ConsentTakenBack[];
  /** What lies with the order as a consent and is none. It grants nothing; the order's timeline says why. */
  readonly unusableClaim?: UnusableClaim | undefined;
}

export interface PublishOptions extends OrderConsents {
  /**
   * The host's wish not to notify travels only in its event, and this fact was found by a sweep: whether the wish was
   * there cannot be known, so its messages are held for a person.
   */
  readonly wishUnknown?: boolean;
}

export interface PublishedIntent {
  readonly messageId: string;
  readonly ruleId: string;
  readonly state: MessageState;
  /** Why it is not sent, or not yet; null where nothing stands in the way. */
  readonly reason: { readonly code: string; readonly sentence: string } | null;
}

export interface PublishResult {
  readonly eventId: string;
  /** The same (source, id) was published before; nothing new was made. */
  readonly seenBefore: boolean;
  readonly intents: readonly PublishedIntent[];
}

/** One wish to tell one person one thing, made by the host's own code instead of a rule on an event. */
export interface DirectNotice {
  /** The caller's idempotency key: the same key never makes a second message. */
  readonly id: string;
  /** Who asks, as a URI reference, such as `/medusa/notification`. */
  readonly source: string;
  readonly purpose: "order-updates" | "account" | "support";
  readonly entity: { readonly type: "order" | "account"; readonly ref: string; readonly label?: string };
  readonly recipient: Recipient;
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly occurredAt: Date;
}

/** An order or an account of a host. */
export interface HostEntity {
  /** Of the events that told of it. */
  readonly source: string;
  readonly type: "order" | "account";
  readonly ref: string;
}

/** An order of a host with the phone, in E.164, of the person whom messages about it go to now. */
export interface OrderOfPerson extends HostEntity {
  readonly phone?: string | undefined;
}

/** What waits in this installation, over all its workspaces. */
export interface MessagingStats {
  readonly queued: number;
  /** How long the message that is due the longest has waited, in seconds; null when none is due. */
  readonly oldestDueSeconds: number | null;
  readonly sending: number;
  /** Sent or not, nobody knows yet: each waits for its status. */
  readonly unknown: number;
  /** Waiting for a person or for a template. */
  readonly held: number;
  /** Webhooks that were acknowledged and are not applied yet. */
  readonly storedWebhooks: number;
  /** Parts of webhooks that belong to nobody here or are not understood; they are kept 30 days. */
  readonly quarantined: number;
  /** Messages that Meta accepted twice, since the installation. */
  readonly duplicated: number;
  /** What people wrote that may mean stop and that nobody has answered: what is meant for them waits. */
  readonly unsureCases: number;
  /** Messages whose request began within the second after another process had recorded the person's stop. */
  readonly sentAfterStop: number;
}

export interface MessagingHealth {
  readonly storage: "ok" | "down";
  /** Every migration of this version is applied. */
  readonly migrated: boolean;
}

export interface Worker extends AsyncDisposable {
  /** Stops claiming, lets the requests under way end, and resolves. */
  stop(): Promise<void>;
}

/** Another field of the host counts as a consent. Neither side holds a person's data. */
export interface ConsentFieldChange {
  /** Who changed it, as the host signed them in. */
  readonly userId: string;
  /** Of the host's events. */
  readonly source: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** The engine, as hosts and developers see it. Make one with `createMessaging`. */
export interface Messaging {
  /** Brings the schema up to date and stores workspace, owner and wordings. Safe to run at once from several processes. */
  migrate(): Promise<void>;

  /**
   * Takes one event of the vocabulary and makes at most one message per rule that is on.
   *
   * The key is (source, id): publishing the same event again is safe and changes nothing. What must not be sent is not an
   * error: the intent comes back `blocked` or `held` with its reason.
   *
   * @throws WebxkeyError `invalid_event` or `unknown_event_type` naming each field, `storage_unavailable`.
   */
  publish(event: unknown, options?: PublishOptions): Promise<PublishResult>;

  /** Takes a notice of the host's own code through the same gate as any event; its rule is `direct:<purpose>`. */
  notify(notice: DirectNotice, options?: OrderConsents): Promise<PublishResult>;

  /**
   * Cancels what has not left yet about something that the host has deleted. What is at Meta already cannot be called back.
   * Safe to call again.
   *
   * @returns how many messages were cancelled.
   */
  withdraw(entity: HostEntity): Promise<number>;

  /**
   * Takes what an order's consent field says now, for a host where somebody edited the field alone. What is taken back is withdrawn for
   * that order; what is claimed counts from now on and lifts no withdrawal that the person made. Safe to call again, and without
   * effect for an order that no event has told of.
   */
  recordConsentEdit(order: OrderOfPerson, consents: OrderConsents): Promise<void>;

  /**
   * The whole HTTP surface: the admin API under `/v1`, the Meta webhook at `/v1/meta/webhook` and those of connected shops under
   * `/v1/connectors/`. A host mounts it and strips its own prefix. A request comes in with the caller that the host signed in (always of this engine's own
   * workspace), with `Authorization: Bearer wxk_…` (of the key's workspace), or, for `POST /v1/events`, with a Standard
   * Webhooks signature by a service key's signing secret. Without any of these only the webhooks answer.
   */
  handler(request: HttpRequest, caller?: Caller): Promise<Response>;

  /** A keyed hash of an E.164 number, to tie a storefront's consent to the cart's phone without storing the phone. */
  bindPhone(e164: string): Promise<string>;
  /** Writes into the audit that the host's own mapping of consent changes. Call it before the change counts. */
  noteConsentField(change: ConsentFieldChange): Promise<void>;

  /**
   * The words that each rule of the event's type would send, in the language that the message would have. Nothing is stored or sent,
   * and neither consent nor whether the rule is on is asked for.
   *
   * @throws WebxkeyError `invalid_event` or `unknown_event_type` naming each field.
   */
  previewMessages(event: unknown): Promise<MessagePreview[]>;

  /** Starts sending, applying webhooks and the chores. Call it only in a process that is meant to work. */
  startWorker(): Worker;

  /** When this workspace was installed; sweeps of a host's history start here. */
  installedAt(): Promise<Date>;

  /** The HTTP surface as an OpenAPI 3.1 document, made from the contract; needs no database. */
  openApiDocument(): Promise<object>;
  /**
   * Gives a user of the host the role that the installation's configuration names: `owner` where there is no owner yet, any other
   * role to a user who never had one. What a person changed or took away since stays as that person left it.
   */
  ensureRole(userId: string, role: Role): Promise<void>;
  /** Whether the database answers and is migrated. Never throws for a database that is away. */
  health(): Promise<MessagingHealth>;
  /** Cheap enough to be asked for every few seconds. */
  stats(): Promise<MessagingStats>;
  /**
   * A personal key of the first owner, to be shown once: how somebody with the machine but no sign-in begins. The owner is
   * made when there is none, as `workspace.ownerUserId` or `owner`.
   * @throws WebxkeyError `conflict` while an owner of this workspace has a key that works.
   */
  createOwnerKey(): Promise<string>;
  /**
   * A personal key of the first owner in place of a lost one, to be shown once. All personal keys of that owner end with it,
   * and the audit says that the host did it. For this engine's own workspace unless another one is named.
   * @throws WebxkeyError `conflict` where the workspace has no owner.
   */
  recoverOwnerKey(workspaceId?: string): Promise<string>;
  /**
   * Lets another root key open this installation as well. Processes with either root key work side by side; the old one ends with
   * {@link endOldRootKeys}. Answers how many sets of keys (one a workspace, one of the installation) were wrapped anew.
   * @throws WebxkeyError `bad_root_key` when it is not 32 bytes in base64.
   */
  addRootKey(next: Secret): Promise<number>;
  /**
   * Ends every root key but this engine's own: deletes what the others wrapped, and answers how many sets of keys that were. A
   * process that still has an old one works until it is started again, or meets a workspace that it has not opened yet.
   * @throws WebxkeyError `conflict` while there is a workspace that this root key does not open.
   */
  endOldRootKeys(): Promise<number>;
  /** Ends connections. A worker is stopped first by its owner. */
  close(): Promise<void>;
}
