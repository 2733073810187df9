import type { Actor } from "../audit/index.ts";
import type { EntityRef } from "../consent/record.ts";
import type { Pii } from "../kernel/pii.ts";
import type { Purpose } from "../kernel/vocabulary.ts";
import type { ConsentClaim, ConsentTakenBack, UnusableClaim } from "../messaging.ts";
import type { Reason } from "../policy/index.ts";
import type { EventRow } from "./outbox-store.ts";

/** One wish to tell the event's person one thing, as a rule derived it. */
export interface PlannedIntent {
  readonly ruleId: string;
  /** Direct notices of the host's own code are not switched by a rule. */
  readonly switchedByRule: boolean;
  readonly purpose: Purpose;
  readonly channel: "whatsapp";
  readonly template: string;
  /** BCP 47: the person's own language, as far as it is known. */
  readonly locale: string | null;
  readonly fallbackLanguage: string;
  /**
   * Writes the values for a language (BCP 47): money, dates and greetings differ.
   * @param business the sender's own name, which stands in a security notice in place of every text of the event.
   */
  readonly fill: (language: string, business: string) => FilledIntent;
  readonly usefulForMs: number;
  readonly security: boolean;
}

export interface FilledIntent {
  /** Empty where there is a problem. */
  readonly params: Pii<Readonly<Record<string, string>>>;
  readonly problem: Reason | null;
}

/** An event on its way in, with everything that intake needs and nothing else of its payload. */
export interface Publication {
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly entity: EntityRef & { readonly label?: string };
  readonly occurredAt: Date;
  readonly origin: "push" | "sweep";
  readonly doNotNotify: boolean;
  readonly wishUnknown: boolean;
  /** A later act of the order made it untrue. */
  readonly overtaken: boolean;
  /** When the order was placed that it cancels; null where it cancels none. */
  readonly cancelsOrderOf: Date | null;
  /** It is about an amount of money, and the amount is zero. */
  readonly amountless: boolean;
  /** When the connection that it came through was installed; null where the workspace's own installation counts alone. */
  readonly connectedAt: Date | null;
  readonly phone: Pii | null;
  readonly phoneProblem: "missing" | "unparseable" | null;
  readonly phoneVerified: boolean;
  readonly bodyHash: Buffer;
  /** Who told it: the host's own code, or a service by its key. */
  readonly by: Actor;
  /** A client that wrote its own event id is told when it used it before with another body; a connector's first body stands. */
  readonly refuseOtherBody: boolean;
  readonly intents: readonly PlannedIntent[];
  readonly claims: readonly ConsentClaim[];
  readonly takenBack: readonly ConsentTakenBack[];
  readonly unusableClaim: UnusableClaim | null;
}

/** Lower goes first: what a person waits for at the screen, then news, then the rest. */
export function priorityOf({ security, purpose }: Pick<PlannedIntent, "security" | "purpose">): number {
  if (security) return 0;
  return purpose === "order-updates" ? 5 : 7;
}

/** A publication that was not seen before, with the row that was made of it. */
export interface FreshEvent {
  readonly publication: Publication;
  readonly row: EventRow;
  readonly contactId: string | null;
}
