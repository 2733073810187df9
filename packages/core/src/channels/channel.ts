import type { Pii } from "../kernel/pii.ts";
import type { SentMessage, WebhookChange } from "../meta/index.ts";
import type { TemplateArguments } from "../templates/index.ts";
import type { ChannelFact, Identities } from "./facts.ts";

/** Whom a message goes to: a phone in E.164 with its `+`, or a business-scoped user id. */
export interface MessageRecipient {
  readonly kind: "phone" | "bsuid";
  readonly value: Pii;
}

export interface TemplateMessage {
  readonly to: MessageRecipient;
  readonly name: string;
  /** As Graph writes it (`en_US`). */
  readonly language: string;
  readonly arguments: TemplateArguments;
  readonly attemptId: string;
}

/** What the engine needs of a channel: both directions are pure translations. */
export interface Channel {
  /** The body of the request that hands a template message to Meta. */
  templateMessageBody(message: TemplateMessage): object;
  /** What an answer calls the person whom the message went to. */
  recipientsOf(answer: SentMessage): Identities[];
  /** Reads one change of a webhook; never throws and gives at least one fact. */
  factsFromChange(change: WebhookChange, receivedAt: Date): ChannelFact[];
}
