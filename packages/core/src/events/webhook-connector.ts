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
  | { readonly kind: "malformed" };

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
      /** A delivery that the platform does not sign and that says nothing, such as the ping of a new webhook: at most 1 kB. */
      greets?(delivery: Delivery): boolean;
    }
  /** The platform signs nothing: its body is only a hint, and each entity is read through the API before anything is made of it. */
  | { readonly kind: "read_again" };

/** An answer of the platform's API. */
export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined where there is none. */
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
  }): Promise<PlatformAnswer>;
}

/** A page of what has changed, oldest first, at most 100. */
export interface ChangedPage {
  readonly entities: readonly (PlatformEntity & { readonly changedAt: Date })[];
  /** Whether it is full, so that there may be more. */
  readonly more: boolean;
}

export interface PlatformApi<Settings> {
  /** https, with a trailing slash; plain http on a loopback address that the operator named. */
  baseUrl(settings: Settings): string;
  /** Undefined where it is gone. @throws where the platform cannot be reached or refuses. */
  find(client: PlatformClient, settings: Settings, kind: string, id: string): Promise<unknown>;
  /**
   * What has changed at that moment or later, for gaps between deliveries. What changes while pages are read moves to the end and
   * shifts the others: go on from the last `changedAt` with page 1, and ask for a higher page only where a whole page changed at
   * one moment.
   *
   * @param page From 1.
   */
  changed?(client: PlatformClient, settings: Settings, since: Date, page: number): Promise<ChangedPage>;
  /** Which acts the state of an entity proves, in the form of the deliveries that should have told it. */
  actsOf?(entity: PlatformEntity): readonly HostAct[];
  /** The shop's orders as they are written back to, where the platform lets them be. */
  orderWriter?(client: PlatformClient, settings: Settings): OrderWriter;
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
  /** Pure. A body that nests deeper than 32 brackets never gets here; one that cannot be read is `malformed`, not an error. */
  told(delivery: Delivery): Told;
  connector(shop: ConnectedShop<Settings>): Connector<PlatformEntities>;
  /** The value of a field that a merchant names for consent, wherever the platform keeps custom fields; undefined where it is not there. */
  fieldOf(entity: PlatformEntity, field: string): unknown;
  /** Whether the platform asks for the consent in this field for marketing alone; absent where it asks for none itself. */
  isForMarketingAlone?(field: string): boolean;
  readonly api?: PlatformApi<Settings>;
}
