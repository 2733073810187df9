import type { Pii } from "../kernel/pii.ts";
import type { GraphError } from "../meta/index.ts";

/** How Meta names one person; any part may be missing. Phone in E.164 with `+`. */
export interface Identities {
  readonly phone?: Pii | undefined;
  /** Business-scoped user id: one person towards one business portfolio; changes with the phone number. */
  readonly bsuid?: Pii | undefined;
  readonly parentBsuid?: Pii | undefined;
}

export type MessageStatus = "sent" | "delivered" | "read" | "played" | "failed" | "deleted";

/** What became of a message we sent. May come twice, in any order, and before the answer of the send. */
export interface StatusFact {
  readonly kind: "status";
  readonly wamid: Pii;
  readonly status: MessageStatus;
  readonly timestamp: Date;
  /** Our attempt, when the message carried our mark. */
  readonly attemptId: string | undefined;
  /** Every way in which the webhook names whom it went to. */
  readonly recipients: readonly Identities[];
  readonly errors: readonly GraphError[];
  readonly pricing: Pricing | undefined;
}

/** As Meta reports it; comes only with `sent` and one of delivered and read. */
export interface Pricing {
  readonly billable: boolean | undefined;
  readonly model: string | undefined;
  readonly type: string | undefined;
  readonly category: string | undefined;
}

export type InboundKind =
  | "text"
  | "button"
  | "interactive"
  | "media"
  | "location"
  | "contacts"
  | "reaction"
  | "order"
  | "edit"
  | "revoke"
  | "unsupported"
  /** Met where nobody talks to the shop: in old chats, or in a field about something else. Only a wish to stop counts in it. */
  | "aside"
  | "other";

/** Something a person sent us. */
export interface InboundFact {
  readonly kind: "inbound";
  readonly messageKind: InboundKind;
  readonly wamid: Pii;
  readonly from: Identities;
  readonly profileName: Pii | undefined;
  readonly timestamp: Date;
  /** What they wrote or tapped: body, caption, the label of a button or row, the emoji of a reaction. */
  readonly text: Pii | undefined;
  /** What we had put behind the button or row they tapped, or the answer of a flow. */
  readonly payload: Pii | undefined;
  /** All of it that may ask to be left alone, in parts: words, answers behind a button or of a form, signs. */
  readonly said: readonly SaidPart[];
  /** The message they answer, react to, change or take back. */
  readonly contextWamid: Pii | undefined;
  /** Set when it was written into a group. */
  readonly groupId: Pii | undefined;
  readonly media: InboundMedia | undefined;
  readonly errors: readonly GraphError[];
}

/** `words` are typed or shown, `answer` stood behind what was tapped or filled in, `sign` is an emoji put on a message. */
export interface SaidPart {
  readonly as: "words" | "answer" | "sign";
  readonly text: Pii;
}

export interface InboundMedia {
  readonly type: string;
  /** To be fetched with the token within 7 days. */
  readonly id: Pii;
  readonly mimeType: string | undefined;
  readonly filename: Pii | undefined;
}

/** A person's number, user id or device changed: who they are has to be looked at anew. */
export interface IdentityChangeFact {
  readonly kind: "identity_change";
  readonly cause: "number_changed" | "user_id_changed" | "identity_key_changed";
  readonly before: Identities;
  readonly after: Identities;
  readonly timestamp: Date;
}

/** Something that only happens while Meta's own business agent answers this number's customers. */
export interface AgentSeenFact {
  readonly kind: "agent_seen";
  readonly timestamp: Date;
}

/** A choice made in WhatsApp itself. `stop` withdraws consent; `resume` and `signup` alone grant nothing. */
export interface UserPreferenceFact {
  readonly kind: "user_preference";
  readonly person: Identities;
  readonly category: string;
  readonly preference: "stop" | "resume" | "signup";
  readonly timestamp: Date;
}

interface AboutTemplate {
  readonly templateId: string;
  readonly name: string;
  /** With an underscore (`en_US`), as the template list has it; webhooks also write a dash. */
  readonly language: string;
}

export interface TemplateStatusFact extends AboutTemplate {
  readonly kind: "template_status";
  /** APPROVED, REJECTED, PAUSED, DISABLED, PENDING_DELETION, … */
  readonly status: string;
  readonly category: string | undefined;
  readonly reason: string | undefined;
  /** FIRST_PAUSE, SECOND_PAUSE, UNPAUSE, … */
  readonly pause: string | undefined;
}

export interface TemplateQualityFact extends AboutTemplate {
  readonly kind: "template_quality";
  readonly previous: string | undefined;
  readonly current: string;
}

export interface TemplateCategoryFact extends AboutTemplate {
  readonly kind: "template_category";
  readonly current: string;
  readonly previous: string | undefined;
  /** Set when Meta announces a change that has not happened yet. */
  readonly upcoming: { readonly category: string; readonly at: Date | undefined } | undefined;
}

/** The approved text changed: sync the template before it is used again. */
export interface TemplateComponentsFact extends AboutTemplate {
  readonly kind: "template_components";
}

export interface NumberUpdateFact {
  readonly kind: "number_update";
  readonly field: string;
  readonly event: string;
  readonly displayPhoneNumber: Pii | undefined;
  /** Unique people a day outside service windows, as Meta writes it (`TIER_2K`, `2000`). */
  readonly limit: string | undefined;
}

export interface AccountUpdateFact {
  readonly kind: "account_update";
  readonly field: string;
  readonly event: string;
  readonly restrictions: readonly { readonly type: string; readonly until: Date | undefined }[];
  readonly banState: string | undefined;
  readonly violation: string | undefined;
  readonly alertSeverity: string | undefined;
  readonly limit: string | undefined;
}

/** Known, and of no use to this version. */
export interface KeptAsideFact {
  readonly kind: "kept_aside";
  readonly field: string;
}

/** Not understood: to be kept for a person and a later version. */
export interface UnknownFact {
  readonly kind: "unknown";
  readonly field: string | undefined;
}

export type ChannelFact =
  | StatusFact
  | InboundFact
  | IdentityChangeFact
  | AgentSeenFact
  | UserPreferenceFact
  | TemplateStatusFact
  | TemplateQualityFact
  | TemplateCategoryFact
  | TemplateComponentsFact
  | NumberUpdateFact
  | AccountUpdateFact
  | KeptAsideFact
  | UnknownFact;
