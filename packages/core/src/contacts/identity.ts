import type { Pii } from "../kernel/pii.ts";

/** How a channel knows a person. A phone is E.164; a BSUID is whole, with its country prefix. */
export type IdentityKind = "phone" | "bsuid" | "psid" | "igsid";

export interface Identity {
  readonly kind: IdentityKind;
  readonly value: Pii;
}
