import type {
  Delivery,
  Fact,
  HostAct,
  PlatformEntities,
  PlatformEntity,
  Told,
  WebhookConnector,
} from "../events/index.ts";
import { createBatcher } from "../kernel/batcher.ts";
import type { Clock } from "../kernel/clock.ts";
import { isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";
import { withoutDeepParts } from "../kernel/json.ts";
import { BATCH_ROWS_MAX, CONNECTOR_BODY_BYTES_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import type { Secret } from "../kernel/secret.ts";
import { storableText } from "../kernel/storable-text.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { addressHash } from "./address.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import { type Addressed, addressed, touchDelivery } from "./connections-store.ts";
import { isStorable, kindOf } from "./fact-limits.ts";
import { countWaiting, recordFacts } from "./fact-store.ts";
import { openConnection, openSecrets } from "./open-connection.ts";
import type { OpenPrivacyRequest } from "./privacy-wish.ts";
import type { ProblemCode } from "./problem.ts";
import { endProblems, writeProblem } from "./problem-store.ts";
import { looksAt, rememberStates, type Shown, shownBy } from "./seen-states.ts";
import type { Tell } from "./tell.ts";

/** When a connection was last heard of is kept to ten seconds: the question is whether it is alive, and each write costs. */
const LAST_DELIVERY_STEP_MS = 10_000;
/** Anybody who knows an address may post: a problem that repeats itself is written once a minute. */
const PROBLEM_STEP_MS = 60_000;
/** Bytes of bodies in memory that are not committed yet: a store that hangs must not fill the memory. */
const UNCOMMITTED_BYTES_MAX = 64 * 1024 * 1024;
const DELIVERY_ID_CHARS_MAX = 200;
/** A hello that is not signed, such as WooCommerce's `webhook_id=7`. */
const GREETING_BYTES_MAX = 1_024;
/** Facts of one connection that wait and that nobody signed. A shop whose hints are real has never so many, and its poll finds them. */
const UNSIGNED_WAITING_MAX = 2_000;

/** Takes what platforms post, and resolves once it is committed. */
export interface Deliveries {
  /**
   * Whatever is well signed is taken: what cannot be read stays visible as the connection's problem, because a platform that is
   * answered 4xx gives its webhook up.
   *
   * @param address the last part of the path.
   * @param delivery its body is read only when the address is known and the headers carry what could be a signature.
   * @throws WebxkeyError `not_found` alike for every address that leads nowhere, `bad_signature` (nothing is stored),
   * `storage_unavailable`, and what `read` throws.
   */
  receive(address: string, delivery: UnreadDelivery): Promise<void>;
}

/** A delivery whose body has not been read. */
export interface UnreadDelivery extends Pick<Delivery, "url" | "headers"> {
  /** @throws WebxkeyError `body_too_large`, `overloaded`. */
  read(bytesMax: number): Promise<Uint8Array>;
}

export interface DeliveryPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Log;
  readonly platforms: ReadonlyMap<string, WebhookConnector>;
  readonly tell: Tell;
  readonly openPrivacyRequest: OpenPrivacyRequest;
  /** Called after a commit: there is something to read. */
  readonly recorded: () => void;
}

export function createDeliveries(ports: DeliveryPorts): Deliveries {
  const { db, keys, clock, log, platforms, tell, openPrivacyRequest, recorded } = ports;
  let uncommittedBytes = 0;

  const lookUp = createBatcher<Buffer, Found | undefined>({
    itemsMax: BATCH_ROWS_MAX,
    async flush(hashes) {
      // Nothing is kept from one set to the next, so that what was rotated, paused or removed anywhere counts everywhere at once.
      const rows = await addressed(db, hashes, clock.now());
      const found = new Map([...rows].map(([hash, at]) => [hash, foundOnce(at)]));
      return hashes.map((hash) => found.get(hash.toString("hex")));
    },
  });

  function foundOnce(at: Addressed): Found {
    return {
      at,
      secrets: once(() => openSecrets(keys, at, at.secrets)),
      open: once(() => openConnection(keys, platforms, at)),
      touch: once(async () => {
        const now = clock.now();
        const unlessSince = new Date(now.getTime() - LAST_DELIVERY_STEP_MS);
        if (at.lastDeliveryAt !== null && at.lastDeliveryAt > unlessSince) return;
        await touchDelivery(db, at, now, unlessSince);
      }),
    };
  }

  async function problem(
    at: Connection,
    code: ProblemCode,
    { error, detail }: { readonly error?: unknown; readonly detail?: string | undefined } = {},
  ): Promise<void> {
    log.warn("connection.problem", { workspace_id: at.workspaceId, reason: code, error });
    const now = clock.now();
    const unlessSince = new Date(now.getTime() - PROBLEM_STEP_MS);
    if (at.lastProblem?.code === code && at.lastProblem.at > unlessSince) return;
    await writeProblem(db, at, { code, ...(detail && { detail }) }, now, unlessSince);
  }

  async function take({ at: found, secrets: openedSecrets, open, touch }: Found, delivery: Delivery) {
    const platform = platforms.get(found.connector);
    if (!platform) throw unknownAddress();
    if (platform.proof.kind === "signature") {
      const { proof } = platform;
      const secrets = await openedSecrets();
      if (!holds(() => proof.verify(delivery, secrets, clock.now()))) {
        if (holds(() => proof.greets?.(delivery) === true)) return;
        throw await badSignature(
          found,
          secrets.some((one) => proof.secretProblem?.(one) !== undefined),
        );
      }
    }
    const told = readDelivery(platform, delivery);
    await Promise.all([touch(), takeTold(platform, found, open, told)]);
  }

  async function badSignature(found: Connection, isUnusable = false): Promise<WebxkeyError> {
    await problem(found, isUnusable ? "secret_unusable" : "bad_signature");
    return new WebxkeyError("bad_signature", {
      detail: "The delivery is signed with none of the connection's secrets, or was signed too long ago.",
    });
  }

  /** What may be read of a body before anything of it is believed; nothing where the headers carry no signature. */
  function bytesMaxOf({ at }: Found, headers: Headers): number {
    const proof = platforms.get(at.connector)?.proof;
    if (proof?.kind !== "signature" || holds(() => proof.isSigned(headers, clock.now())))
      return CONNECTOR_BODY_BYTES_MAX;
    const length = Number(headers.get("content-length") ?? Number.NaN);
    return proof.greets && length <= GREETING_BYTES_MAX ? GREETING_BYTES_MAX : 0;
  }

  async function takeTold(
    platform: WebhookConnector,
    at: Addressed,
    open: Found["open"],
    told: Told,
  ): Promise<void> {
    switch (told.kind) {
      case "greeting":
      case "unknown_topic":
        return;
      case "malformed":
        return await problem(at, "malformed", { detail: told.detail });
      case "privacy":
        // Whoever knows an address could have anybody forgotten.
        if (platform.proof.kind === "read_again") return await problem(at, "malformed");
        return await openPrivacyRequest(at, told.wish, told.deliveryId);
      case "acts":
        return await takeActs(await opened(at, open), told, at.silentKinds);
    }
  }

  /** What a newer connector cannot read is our own fault: an error, so that the platform keeps the delivery. */
  async function opened(at: Connection, open: Found["open"]): Promise<OpenConnection> {
    try {
      return await open();
    } catch (error) {
      await problem(at, "settings_not_valid", { error });
      throw error;
    }
  }

  function readDelivery(platform: WebhookConnector, delivery: Delivery): Told {
    try {
      // Byte for byte: brackets and quotes are none of the bytes that UTF-8 writes other characters with.
      const { buffer, byteOffset, byteLength } = delivery.body;
      const text = Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
      const shallow = withoutDeepParts(text);
      if (shallow === text) return platform.told(delivery);
      return platform.told({ ...delivery, body: Buffer.from(shallow, "latin1") });
    } catch (error) {
      log.error("connection.told_failed", { error });
      return { kind: "malformed" };
    }
  }

  /** A signature that makes the check itself fail is no signature. */
  function holds(check: () => boolean): boolean {
    try {
      return check();
    } catch (error) {
      log.error("connection.proof_failed", { error });
      return false;
    }
  }

  async function takeActs(
    connection: OpenConnection,
    { acts, entities, deliveryId }: Extract<Told, { kind: "acts" }>,
    silentKinds: readonly string[],
  ): Promise<void> {
    const given = said(connection, acts);
    const storable = given?.facts.filter(isStorable) ?? [];
    if (storable.length !== given?.facts.length) await problem(connection, "malformed");
    const shown = { facts: storable, states: given?.states ?? [] };
    const heard = silentKinds.filter((kind) => storable.some((fact) => kindOf(fact) === kind));
    if (heard.length > 0) await endProblems(db, connection, ["webhooks_silent"], heard);
    const readable = connection.platform.api !== undefined;
    if (connection.state === "paused" || connection.platform.proof.kind === "read_again") {
      if (readable) return await toBeRead(connection, shown, deliveryId);
      if (storable.length > 0) await problem(connection, "not_taken_while_paused");
      return;
    }
    const evidence = `delivery ${deliveryId ?? "without an id"}`;
    /** What could not be told of one order, whose acts are told in the order in which they happened. */
    const tellInOrder = async (facts: readonly Fact[]): Promise<readonly Fact[]> => {
      for (const [index, fact] of facts.entries()) {
        const delivered = deliveredEntities(entities, readable);
        const told = await tell(connection, fact, delivered, { origin: "push", evidence });
        if (told.kind === "no_event") await problem(connection, "not_an_event", { error: told.error });
        if (told.kind !== "unreadable") continue;
        if (!delivered.missed())
          await problem(connection, readable ? "not_readable" : "malformed", { error: told.error });
        // What follows waits until this one was read.
        if (readable) return facts.slice(index);
      }
      return [];
    };
    const byEntity = Map.groupBy(storable, ({ entityId }) => entityId);
    const left = await Promise.all([...byEntity.values()].map(tellInOrder));
    await toBeRead(connection, { facts: left.flat(), states: [] }, deliveryId);
    await rememberStates(db, connection, shown, clock.now());
  }

  /** Undefined where the translation fails on what came from outside. */
  function said(connection: OpenConnection, acts: readonly HostAct[]): Shown | undefined {
    try {
      return shownBy(connection, acts);
    } catch (error) {
      log.error("connection.facts_failed", { error });
      return undefined;
    }
  }

  /** A hint leads to a read, also where it shows an order in a state of which there is nothing to tell. */
  async function toBeRead(
    connection: OpenConnection,
    { facts, states }: Shown,
    deliveryId: string | undefined,
  ): Promise<void> {
    const looks = await looksAt(db, connection, states);
    if (facts.length + looks.length === 0) return;
    if (connection.platform.proof.kind === "read_again") {
      const waiting = await countWaiting(db, connection, UNSIGNED_WAITING_MAX);
      if (waiting >= UNSIGNED_WAITING_MAX) return await problem(connection, "too_many_hints");
    }
    const id = deliveryId === undefined ? null : storableText(deliveryId).slice(0, DELIVERY_ID_CHARS_MAX);
    const kept = await db.transaction().execute(async (tx) => {
      const of = { origin: "push", deliveryId: id } as const;
      const due = await recordFacts(tx, connection, facts, of);
      const isRead = new Set(due.map(({ fact }) => fact.entityId));
      const rest = looks.filter(({ entityId }) => !isRead.has(entityId));
      return [...due, ...(await recordFacts(tx, connection, rest, of))];
    });
    if (kept.length > 0) recorded();
  }

  return {
    async receive(address, { url, headers, read }) {
      const hash = addressHash(address);
      const found = hash && (await lookUp(hash));
      if (!found) throw unknownAddress();
      const bytesMax = bytesMaxOf(found, headers);
      if (bytesMax === 0) throw await badSignature(found.at);
      const body = await read(bytesMax).catch(async (error: unknown) => {
        // Refused before its bytes were read: the merchant would hear of it nowhere.
        const isTooLarge = isWebxkeyError(error) && error.code === "body_too_large";
        if (isTooLarge && bytesMax === CONNECTOR_BODY_BYTES_MAX) await problem(found.at, "body_too_large");
        throw error;
      });
      const delivery: Delivery = { url, headers, body };
      const bytes = delivery.body.byteLength;
      if (uncommittedBytes + bytes > UNCOMMITTED_BYTES_MAX) {
        throw new WebxkeyError("storage_unavailable", {
          detail: "Too many deliveries wait for the database; the platform will send this one again.",
        });
      }
      uncommittedBytes += bytes;
      try {
        await take(found, delivery);
      } finally {
        uncommittedBytes -= bytes;
      }
    },
  };
}

/** Where an address leads, opened at most once for all deliveries of its set. */
interface Found {
  readonly at: Addressed;
  readonly secrets: () => Promise<readonly Secret[]>;
  readonly open: () => Promise<OpenConnection>;
  readonly touch: () => Promise<void>;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * What came with a delivery. What did not is no reason to tell less: where the platform can be asked, the fact is read there
 * instead, with all that belongs to it.
 */
function deliveredEntities(
  entities: readonly PlatformEntity[],
  canBeAsked: boolean,
): PlatformEntities & { missed(): boolean } {
  let missed = false;
  return {
    missed: () => missed,
    async find(kind, id) {
      const found = entities.find((one) => one.kind === kind && one.id === id);
      if (found || !canBeAsked) return found?.value;
      missed = true;
      throw new WebxkeyError("platform_unavailable", { detail: "It did not come with the delivery." });
    },
  };
}

function unknownAddress(): WebxkeyError {
  return new WebxkeyError("not_found", { detail: "There is no such address in this API." });
}
