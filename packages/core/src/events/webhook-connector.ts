import type { z } from "zod";
import type { Secret } from "../kernel/secret.ts";
import type { Connector } from "./connectors.ts";
import type { OrderWriter } from "./order-writer.ts";

/** One delivery of a platform, byte for byte: a signature is over bytes, and what was parsed and written again differs. */
export interface Delivery {
  /** The public address it was posted to, as the platform was given it: some sign it. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** One host event of a delivery, in the form that `Connector.facts` takes. */
export interface HostAct {
  readonly hostEvent: string;
  readonly payload: unknown;
}

/** A thing of the platform's that came with a delivery or was read through its API. */
export interface PlatformEntity {
  /** The platform's name of the kind, such as `order`. */
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
}

/** What the law of the platform's shop asks for through it. */
export interface PrivacyWish {
  readonly kind: "access" | "erase_person" | "erase_shop";
  /** The platform's id of the wish, or what makes it one of a kind. */
  readonly key: string;
  /** Whom it is about, as the platform knows the person; empty for a whole shop. */
  readonly person: {
    readonly phone?: string;
    readonly customerRef?: string;
    readonly orderRefs?: readonly string[];
  };
}

/** What a delivery says, before anything is looked up. */
export type Told =
  | {
      readonly kind: "acts";
      readonly acts: readonly HostAct[];
      /**
       * What the acts can be read from without asking the platform; what is not here is read through the API. Empty where the body
       * is not to be believed, or holds only what has changed.
       */
      readonly entities: readonly PlatformEntity[];
      /** The platform's own id of the delivery, where it has one: evidence, never the key of what is sent. */
      readonly deliveryId?: string;
    }
  | { readonly kind: "privacy"; readonly wish: PrivacyWish; readonly deliveryId?: string }
  /** A hello, such as a new webhook's first call: answered 200 and nothing more. */
  | { readonly kind: "greeting" }
  /** Well signed, and about something that is not told of here. */
  | { readonly kind: "unknown_topic"; readonly topic: string }
  /** `detail` says what exactly is wrong and what to do, where that is known: a sentence that repeats nothing of the body. */
  | { readonly kind: "malformed"; readonly detail?: string };

/** Where `Connector.read` finds what it reads: the delivery's own entities, or the platform's API. */
export interface PlatformEntities {
  find(kind: string, id: string): Promise<unknown>;
}

export interface ConnectedShop<Settings> {
  /** `source` of its events. */
  readonly source: string;
  /** The business name that people see. */
  readonly name: string;
  /**
   * When it was connected. Several platforms keep no time of a refund or of a state: on an order that is older than this, such an
   * act may be of any age, and is taken to be as old as its order.
   */
  readonly connectedAt: Date;
  readonly settings: Settings;
}

/** How a delivery proves who sent it. */
export type DeliveryProof =
  | {
      readonly kind: "signature";
      /**
       * Whether the headers alone could be a signature: it is there, in its full form, and not too old. Asked before a byte of the body is read: without one the delivery
       * is refused, so that strangers cannot fill the memory.
       */
      isSigned(headers: Headers, now: Date): boolean;
      /**
       * Whether one of the active secrets signed it. Constant in time over the compared bytes.
       *
       * @param now for a sender that signs the time too, whose delivery is refused once it is old. Most platforms sign none: a replay
       * of theirs tells what is told already.
       */
      verify(delivery: Delivery, secrets: readonly Secret[], now: Date): boolean;
      /** A secret in the platform's own form; absent where any text does. */
      newSecret?(): Secret;
      /** What is wrong with a secret that somebody gave, as a sentence that says what to do; absent where any text does. */
      secretProblem?(secret: Secret): string | undefined;
      /** A delivery that the platform does not sign and that says nothing, such as the ping of a new webhook: at most 1 kB. */
      greets?(delivery: Delivery): boolean;
    }
  /** The platform signs nothing: its body is only a hint, and each entity is read through the API before anything is made of it. */
  | { readonly kind: "read_again" };

/** An answer of the platform's API. */
export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined where there is none, which is not the same as an empty answer. */
  readonly body: unknown;
}

/** The only way to a platform: to the connection's own base URL, guarded and limited. */
export interface PlatformClient {
  /** @param path Relative to the base URL, without a leading slash, with its query. */
  request(of: {
    readonly method: "GET" | "POST" | "PUT";
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    /**
     * Reads JSON also behind a notice that a plugin printed before it. For lists of ids alone, which say what record prints it: the
     * record itself is read whole or not at all.
     */
    readonly afterNotice?: boolean;
  }): Promise<PlatformAnswer>;
}

/** Which part of what has changed is asked for. */
export interface ChangedQuery {
  /** What changed at this moment or later. */
  readonly since: Date;
  /**
   * Only what changed before this moment: a window of one second, in which more changed than one page holds. Absent: everything up to
   * now.
   */
  readonly before?: Date | undefined;
  /** How many records of the list to pass over: a multiple of `limit`, and 0 where there is no `before`. */
  readonly skip: number;
  /** At most this many records: `pageMax`, or less where a larger page could not be read. */
  readonly limit: number;
  /** Ask for the id and the time of change alone, to find the one record that spoils a page. */
  readonly only?: "ids" | undefined;
  /** Fields that the merchant maps to a consent, as `fieldOf` takes them: ask for these beside those that the connector reads. */
  readonly fields: readonly string[];
}

/** A record of the platform's that is listed and has not the documented shape. */
export interface UnreadableEntity {
  readonly kind: string;
  /** Absent where its id is one that may not be stored. */
  readonly id?: string;
  readonly changedAt?: Date;
}

/** A page of what has changed. */
export interface ChangedPage {
  readonly entities: readonly (PlatformEntity & { readonly changedAt: Date })[];
  readonly unreadable?: readonly UnreadableEntity[];
  /** Whether it is full, so that there may be more. */
  readonly more: boolean;
}

export interface PlatformApi<Settings> {
  /** https, with a trailing slash; plain http on a loopback address that the operator named. */
  baseUrl(settings: Settings): string;
  /** Which parts of what lies below that address a connection reads, such as its locations; absent where it reads all of it. */
  partsOf?(settings: Settings): readonly string[];
  /**
   * Undefined where it is gone, and only there: an answer that cannot be read is no proof of that.
   *
   * @param fields as in `ChangedQuery`.
   * @throws where the platform cannot be reached or refuses, and `answer_unreadable` for a 200 that holds something else.
   */
  find(
    client: PlatformClient,
    settings: Settings,
    kind: string,
    id: string,
    fields?: readonly string[],
  ): Promise<unknown>;
  /**
   * What has changed, for gaps between deliveries. Records change while pages are read, which moves them to the end of the list and
   * shifts the others, so no page is asked for by its number:
   *
   * - Without `before`: the oldest change first. The next call begins at the second of the last record of this page, with `skip` 0.
   *   What changed since is found by a later call, and what shares that second comes a second time.
   * - With `before`: the window of one second in which a whole page changed. Its order must be one that no change alters, such as by
   *   id: a change can only take a record out of the window. It is read to its end, and once more from its end to its beginning.
   *
   * Times are those of the platform, to the second. A list that is not one is `answer_unreadable`, never an empty page.
   */
  changed?(client: PlatformClient, settings: Settings, query: ChangedQuery): Promise<ChangedPage>;
  /** The largest `limit` that `changed` can be asked for: 100 unless it says less. */
  readonly pageMax?: number;
  /**
   * Which acts the state of an entity proves, in the form of the deliveries that should have told it, in the order in which they
   * happened.
   */
  actsOf?(entity: PlatformEntity): readonly HostAct[];
  /** The shop's orders as they are written back to, where the platform lets them be. */
  orderWriter?(client: PlatformClient, settings: Settings): OrderWriter;
}

/** What a merchant sets up at this platform, in whole sentences. */
export interface PlatformSetup {
  /** Which webhooks to make there. */
  readonly webhooks: string;
  /** A field that can say consent, as the merchant names it. */
  readonly consentField: string;
}

/** What a merchant clicks at this platform to mend what goes wrong there: whole sentences, shown beside the problem. */
export interface PlatformAdvice {
  /** The platform reports nothing any more: where its webhooks are turned on again. */
  readonly silent?: string;
  /** A well-signed delivery could not be read. */
  readonly malformed?: string;
  /** The credentials are refused, or may not read what is asked for. */
  readonly credentials?: string;
  /** There is no API at the address, or it redirects. */
  readonly address?: string;
  /** Something else than JSON comes back. */
  readonly answers?: string;
}

/** A platform whose events come by webhook. It translates and proves; it never sends, stores or decides. */
export interface WebhookConnector<Settings = unknown> {
  /** The platform's name in lower-case letters, digits and dashes. */
  readonly id: string;
  /** As people write it. */
  readonly name: string;
  /** What a merchant sets, the API's credentials as `Secret`s among it. */
  readonly settings: z.ZodType<Settings>;
  readonly proof: DeliveryProof;
  readonly setup?: PlatformSetup;
  readonly advice?: PlatformAdvice;
  /** Pure. What nests deeper than 32 brackets is null in the body by now; one that cannot be read is `malformed`, not an error. */
  told(delivery: Delivery): Told;
  connector(shop: ConnectedShop<Settings>): Connector<PlatformEntities>;
  /** The value of a field that a merchant names for consent, wherever the platform keeps custom fields; undefined where it is not there. */
  fieldOf(entity: PlatformEntity, field: string): unknown;
  /** Whether the platform asks for the consent in this field for marketing alone; absent where it asks for none itself. */
  isForMarketingAlone?(field: string): boolean;
  readonly api?: PlatformApi<Settings>;
}
