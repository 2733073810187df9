import type { FieldProblem } from "../client/problem.ts";

/** An attribute of a content type, or of a component in it. */
export interface ContentAttribute {
  /** `phone`, or `address.phone` in a component. */
  readonly path: string;
  /** The host's own type: `string`, `decimal`, `enumeration` and so on. */
  readonly type: string;
  /** The host's API never shows it. Such an attribute is read only as the phone number or as the consent. */
  readonly private: boolean;
  /** What an enumeration can be; absent for every other type. */
  readonly values?: readonly string[];
}

export interface ContentType {
  /** The host's id of it, such as `api::order.order`. */
  readonly uid: string;
  readonly name: string;
  readonly attributes: readonly ContentAttribute[];
}

/** Which words stood beside a box. Their text is the installation's, not the mapping's. */
export interface WordingRef {
  readonly id: string;
  readonly version: string;
  /** BCP 47. */
  readonly language: string;
}

/** What can be chosen from. */
export interface Content {
  readonly choices: {
    readonly orders: readonly ContentType[];
    /** Of the people who sign in; empty where the host has none. */
    readonly account: readonly ContentAttribute[];
  };
  /** Which events of the vocabulary a change of an order can be. */
  readonly events: readonly string[];
  readonly wordings: readonly (WordingRef & { readonly text: string })[];
}

/** Where phone numbers may be looked for in one entry. */
export const PHONES_MAX = 3;

/** What an attribute says, or one value that holds for every entry. */
export type AttributeOr = { readonly attribute: string } | { readonly value: string };

/** Where an entry says who is to be told. Texts are paths of attributes. */
export interface PersonFields {
  /** The best place first. */
  readonly phone: readonly string[];
  /** ISO 3166, for numbers without their country's prefix. */
  readonly country?: AttributeOr | undefined;
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
}

export interface OrderFields extends PersonFields {
  readonly code: string;
  /** In major units, such as 49.99. */
  readonly total: string;
  /** ISO 4217. */
  readonly currency: AttributeOr;
  readonly paid?: string | undefined;
  readonly refunded?: string | undefined;
  readonly state?: string | undefined;
  readonly consent?:
    | {
        readonly attribute: string;
        /** Which of the phones is the number of whoever ticks; absent, the one that stands in each of them. */
        readonly phone?: string | undefined;
        readonly wording_id: string;
        readonly wording_version: string;
        readonly wording_language: string;
      }
    | undefined;
}

/** Which content of the host is an order, and where in it and in the accounts is what a message needs. */
export interface Mapping {
  /** Null before the merchant has said so. */
  readonly order: {
    readonly content_type: string;
    /** What an entry is that comes to be; null where that tells nothing. */
    readonly created: string | null;
    /** What it is when an entry comes into a state. States that are not there tell nothing. */
    readonly states: Readonly<Record<string, string>>;
    readonly fields: OrderFields;
  } | null;
  /** Null where accounts have no phone number. */
  readonly account: PersonFields | null;
}

/** The mapping as it is, and what it can be made of. */
export interface MappingState extends Content {
  readonly mapping: Mapping;
  /** Why it no longer fits the host's content; pointers go into the mapping. */
  readonly problems: readonly FieldProblem[];
}

/** One real entry through a mapping: phone and name masked by the server, null where the entry has none. */
export interface PreviewEntry {
  readonly document_id: string;
  readonly code: string;
  readonly state: string | null;
  /** The event that its message is about: its state's or, where that has none, its creation's. */
  readonly event: string | null;
  readonly phone: string | null;
  readonly phone_problem: "missing" | "unparseable" | null;
  readonly name: string | null;
  /** In minor units. */
  readonly total: { readonly amount: number; readonly currency: string } | null;
  /** `other_number`: the box is ticked, and nothing says that it was ticked for the number above. */
  readonly consent: "given" | "none" | "other_number";
  /** The message as it would leave, in its language, or the reason why none can. */
  readonly messages: readonly {
    readonly language: string | null;
    readonly text: string | null;
    readonly problem: string | null;
  }[];
}
