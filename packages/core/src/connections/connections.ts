import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import { fieldProblems, type WebhookConnector } from "../events/index.ts";
import { isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";
import { type IdSource, isUuid } from "../kernel/ids.ts";
import { parseUntrustedJson } from "../kernel/json.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Db, MappedConsent } from "../storage/index.ts";
import { addressHash, newAddress, newWebhookSecret } from "./address.ts";
import { type Connection, defaultSource, ROTATION_GRACE_MS } from "./connection.ts";
import {
  addAddress,
  addSecret,
  connectionsOf,
  deleteConnection,
  deleteExpired,
  graceEnds,
  insertConnection,
  type SealedConnection,
  updateConnection,
} from "./connections-store.ts";
import { detailed, fieldsChanged, requireWordings } from "./consent-fields.ts";
import type { KeptFact } from "./fact-standing.ts";
import { countFacts, deleteDoneFacts, type FactCounts, retryFacts, untoldFacts } from "./fact-store.ts";
import { openConnection, sealSettings, secretSealer } from "./open-connection.ts";
import { type PollPorts, pollConnection, tryShop } from "./poll.ts";
import type { OpenProblem } from "./problem.ts";
import { openProblems } from "./problem-store.ts";

/** A poll finds nothing again that was read longer ago than this. */
const DONE_FACT_DAYS = 30;
/** Facts that are shown of one connection: enough to see what is wrong. */
const SHOWN_FACTS_MAX = 50;

/** What the connector's schema reads, before it is read: JSON values. */
export type SettingsInput = Readonly<Record<string, unknown>>;

export interface ConnectionWish {
  readonly connector: string;
  readonly name: string;
  /** Absent: the connector's name and an end of the connection's id. */
  readonly source?: string | undefined;
  readonly settings: SettingsInput;
  /** Absent: one is made, for platforms that let the merchant choose. */
  readonly webhookSecret?: Secret | undefined;
  readonly consentMapping: readonly MappedConsent[];
}

export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly settings?: SettingsInput | undefined;
  readonly consentMapping?: readonly MappedConsent[] | undefined;
  readonly state?: Connection["state"] | undefined;
}

export interface ListedConnection extends Connection {
  readonly facts: FactCounts;
  /** What is wrong now. */
  readonly problems: readonly OpenProblem[];
}

/** One connection with all that is to be seen of it. */
export interface ConnectionDetail extends ListedConnection {
  /** Until when the address and the secret before the last rotation count beside the new ones; null where none does. */
  readonly oldAddressUntil: Date | null;
  readonly oldSecretUntil: Date | null;
  /** What is not told: given up, waiting, or not there. */
  readonly untold: readonly KeptFact[];
}

/** The only moment at which an address and a secret are there to be shown. */
export interface Shown {
  readonly connection: ListedConnection;
  readonly address: Secret | null;
  /** Null where it was not made here, or where the platform signs nothing. */
  readonly webhookSecret: Secret | null;
  /** The name of another connection that reads the very same shop: each order would be told twice. */
  readonly sameShopAs?: string | undefined;
}

export interface Rotation {
  /** What was there before ends at once, because it leaked, and not after a day. */
  readonly now?: boolean | undefined;
}

/** The shops of a workspace on platforms that post webhooks. Every change is in the audit. */
export interface Connections {
  /** The platforms that this installation can connect, by name. */
  readonly platforms: readonly WebhookConnector[];
  list(workspaceId: string): Promise<ListedConnection[]>;
  /** @throws WebxkeyError `not_found`. */
  show(workspaceId: string, connectionId: string): Promise<ConnectionDetail>;
  /** @throws WebxkeyError `invalid_input` naming each field, `conflict` for a source that another connection has. */
  create(by: Actor, workspaceId: string, wish: ConnectionWish): Promise<Shown>;
  /** @throws WebxkeyError `not_found`, `invalid_input`. */
  update(
    by: Actor,
    workspaceId: string,
    connectionId: string,
    change: ConnectionChange,
  ): Promise<ListedConnection>;
  /** A new address; the one before it leads here for a day longer. @throws WebxkeyError `not_found`. */
  rotateAddress(by: Actor, workspaceId: string, connectionId: string, rotation?: Rotation): Promise<Shown>;
  /** A new secret; those before it verify for a day longer. @throws WebxkeyError `not_found`, `conflict`. */
  rotateSecret(
    by: Actor,
    workspaceId: string,
    connectionId: string,
    rotation?: Rotation & { readonly given?: Secret | undefined },
  ): Promise<Shown>;
  /**
   * What was given up, and what waits for its next try, is read again at once, and the shop is polled.
   *
   * @throws WebxkeyError `not_found`.
   */
  retry(by: Actor, workspaceId: string, connectionId: string): Promise<Retried>;
  /** Asks the shop a question that changes nothing, and notes what stands in the way. @throws WebxkeyError `not_found`. */
  test(workspaceId: string, connectionId: string): Promise<ListedConnection>;
  /** What was published stays; the address and all that waits to be read go. @throws WebxkeyError `not_found`. */
  remove(by: Actor, workspaceId: string, connectionId: string): Promise<void>;
  /** Deletes addresses and secrets that no longer count, and facts that were read long ago. */
  forgetOld(): Promise<void>;
}

export interface Retried {
  /** Facts that are read again. */
  readonly retried: number;
  /** Facts that the poll found; null where the platform is not polled, or the connection is paused. */
  readonly found: number | null;
}

export interface ConnectionPorts extends PollPorts {
  readonly audit: Audit;
  readonly consent: Consent;
  readonly ids: IdSource;
}

export function createConnections(ports: ConnectionPorts): Connections {
  const { db, keys, audit, consent, clock, ids, platforms, clients } = ports;

  /** Changes a connection, locked, with an audit entry in the same transaction. */
  async function change<Answer>(
    by: Actor,
    workspaceId: string,
    connectionId: string,
    of: {
      readonly action: string;
      readonly outcome: (connection: SealedConnection) => string;
      readonly detail?: (connection: SealedConnection) => AuditFact["detail"];
      readonly make: (tx: Db, connection: SealedConnection) => Promise<Answer>;
    },
  ): Promise<Answer> {
    return await db.transaction().execute(async (tx) => {
      const found = isUuid(connectionId)
        ? await connectionsOf(tx, workspaceId, { connectionId, lock: true })
        : [];
      const [connection] = found;
      if (!connection) throw new WebxkeyError("not_found", { detail: "There is no such connection." });
      const answer = await of.make(tx, connection);
      const object = { type: "connection", id: connection.connectionId };
      await audit.append(tx, workspaceId, [
        {
          actor: by,
          action: of.action,
          object,
          outcome: of.outcome(connection),
          ...detailed(of.detail?.(connection)),
        },
      ]);
      return answer;
    });
  }

  async function listed(workspaceId: string, connectionId: string): Promise<ListedConnection> {
    const found = (await list(workspaceId)).find((one) => one.connectionId === connectionId);
    if (!found) throw new WebxkeyError("not_found", { detail: "There is no such connection." });
    return found;
  }

  async function list(workspaceId: string): Promise<ListedConnection[]> {
    const [connections, counts, problems] = await Promise.all([
      connectionsOf(db, workspaceId),
      countFacts(db, workspaceId),
      openProblems(db, workspaceId, clock.now()),
    ]);
    return connections.map(({ settingsSealed: _, ...connection }) => ({
      ...connection,
      facts: counts.get(connection.connectionId) ?? { waiting: 0, parked: 0 },
      problems: problems.get(connection.connectionId) ?? [],
    }));
  }

  function platformOf(connector: string): WebhookConnector {
    const platform = platforms.get(connector);
    if (platform) return platform;
    const known = [...platforms.keys()].join(", ") || "none";
    throw invalid("/connector", `This gateway has no connector of this name. It has: ${known}.`);
  }

  function requireSettings(platform: WebhookConnector, settings: SettingsInput): void {
    // As they will be read again.
    const read = platform.settings.safeParse(parseUntrustedJson(JSON.stringify(settings)));
    if (!read.success) {
      throw new WebxkeyError("invalid_input", {
        detail: "Correct the fields named here.",
        fields: fieldProblems(read.error, ["settings"]),
      });
    }
    if (!platform.api) return;
    try {
      clients.to(platform.api.baseUrl(read.data));
    } catch (cause) {
      throw isWebxkeyError(cause) ? invalid("/settings", cause.message, cause) : cause;
    }
  }

  async function storeAddress(tx: Db, at: SealedConnection, rotation: Rotation = {}): Promise<Secret> {
    const address = newAddress();
    const hash = addressHash(address.reveal());
    if (!hash)
      throw new WebxkeyError("internal", { detail: "A new address has not the form of an address." });
    await addAddress(tx, { ...at, hash, othersUntil: graceEnd(rotation) });
    return address;
  }

  async function storeSecret(
    tx: Db,
    at: SealedConnection,
    value: Secret,
    rotation: Rotation = {},
  ): Promise<void> {
    const seal = await secretSealer(keys, at, value);
    await addSecret(tx, { ...at, seal, now: clock.now(), othersUntil: graceEnd(rotation) });
  }

  /** Several shops may share an address, as workspaces of one Square account do: a warning, and no refusal. */
  async function otherOfSameShop(connection: SealedConnection): Promise<string | undefined> {
    const addressOf = async (one: SealedConnection) => {
      const { platform, settings } = await openConnection(keys, platforms, one);
      return platform.api?.baseUrl(settings);
    };
    const mine = await addressOf(connection);
    if (mine === undefined) return undefined;
    for (const other of await connectionsOf(db, connection.workspaceId)) {
      if (other.connectionId === connection.connectionId || other.connector !== connection.connector)
        continue;
      // One that this version cannot open says nothing of its shop.
      const its = await addressOf(other).catch(() => undefined);
      if (its === mine) return other.name;
    }
    return undefined;
  }

  function newSecretOf({ proof }: WebhookConnector): Secret {
    return (proof.kind === "signature" && proof.newSecret?.()) || newWebhookSecret();
  }

  function requireSecret({ proof }: WebhookConnector, given: Secret): void {
    const detail = proof.kind === "signature" ? proof.secretProblem?.(given) : undefined;
    if (detail) throw invalid("/webhook_secret", detail);
  }

  const graceEnd = ({ now = false }: Rotation) =>
    new Date(clock.now().getTime() + (now ? 0 : ROTATION_GRACE_MS));
  const outcomeOf = ({ now = false }: Rotation) => (now ? "old_one_ended" : "old_one_ends_in_a_day");

  return {
    platforms: [...platforms.values()],
    list,

    async show(workspaceId, connectionId) {
      const connection = await listed(workspaceId, connectionId);
      const [{ addressUntil, secretUntil }, untold] = await Promise.all([
        graceEnds(db, connection, clock.now()),
        untoldFacts(db, workspaceId, { connectionId }, SHOWN_FACTS_MAX),
      ]);
      return { ...connection, oldAddressUntil: addressUntil, oldSecretUntil: secretUntil, untold };
    },

    async create(by, workspaceId, wish) {
      const platform = platformOf(wish.connector);
      requireSettings(platform, wish.settings);
      await requireWordings(consent, db, workspaceId, platform, wish.consentMapping);
      const signed = platform.proof.kind === "signature";
      if (!signed && wish.webhookSecret)
        throw invalid("/webhook_secret", "This platform signs nothing: leave the secret out.");
      if (wish.webhookSecret) requireSecret(platform, wish.webhookSecret);
      const made = signed && !wish.webhookSecret ? newSecretOf(platform) : null;
      const webhookSecret = wish.webhookSecret ?? made;
      const connectionId = ids.row();
      const at = { workspaceId, connectionId };
      const now = clock.now();
      const connection: SealedConnection = {
        ...at,
        connector: platform.id,
        name: wish.name,
        source: wish.source ?? defaultSource({ connector: platform.id, connectionId }),
        consentMapping: wish.consentMapping,
        state: "active",
        installedAt: now,
        pollFrom: now,
        lastDeliveryAt: null,
        lastProblem: null,
        settingsSealed: await sealSettings(keys, at, wish.settings),
      };
      const address = await db.transaction().execute(async (tx) => {
        if (!(await insertConnection(tx, connection))) {
          const detail =
            "Another connection has this source: events of two shops would be taken for one another's.";
          throw new WebxkeyError("conflict", { detail, fields: [{ pointer: "/source", detail }] });
        }
        const stored = await storeAddress(tx, connection);
        if (webhookSecret) await storeSecret(tx, connection, webhookSecret);
        const object = { type: "connection", id: connectionId };
        await audit.append(tx, workspaceId, [
          {
            actor: by,
            action: "connection.created",
            object,
            outcome: platform.id,
            ...detailed(fieldsChanged([], wish.consentMapping)),
          },
        ]);
        return stored;
      });
      // Before anybody is told that it is connected.
      await tryShop(ports, connection);
      return {
        connection: await listed(workspaceId, connectionId),
        address,
        webhookSecret: made,
        sameShopAs: await otherOfSameShop(connection),
      };
    },

    async update(by, workspaceId, connectionId, { name, settings, consentMapping, state }) {
      const changed = Object.entries({ name, settings, consent_mapping: consentMapping, state })
        .filter(([, value]) => value !== undefined)
        .map(([field]) => field);
      if (changed.length === 0) return await listed(workspaceId, connectionId);
      await change(by, workspaceId, connectionId, {
        action: "connection.changed",
        outcome: () => changed.map((field) => (field === "state" ? state : field)).join(" "),
        detail: (before) => consentMapping && fieldsChanged(before.consentMapping, consentMapping),
        async make(tx, connection) {
          const platform = platformOf(connection.connector);
          if (settings) requireSettings(platform, settings);
          if (consentMapping) await requireWordings(consent, tx, workspaceId, platform, consentMapping);
          await updateConnection(tx, connection, {
            ...(name !== undefined && { name }),
            ...(settings && { settings_sealed: await sealSettings(keys, connection, settings) }),
            ...(consentMapping && { consent_mapping: JSON.stringify(consentMapping) }),
            ...(state && { state }),
          });
        },
      });
      if (settings) {
        const [connection] = await connectionsOf(db, workspaceId, { connectionId });
        if (connection) await tryShop(ports, connection);
      }
      return await listed(workspaceId, connectionId);
    },

    async rotateAddress(by, workspaceId, connectionId, rotation = {}) {
      const address = await change(by, workspaceId, connectionId, {
        action: "connection.address_rotated",
        outcome: () => outcomeOf(rotation),
        make: (tx, connection) => storeAddress(tx, connection, rotation),
      });
      return { connection: await listed(workspaceId, connectionId), address, webhookSecret: null };
    },

    async rotateSecret(by, workspaceId, connectionId, { given, ...rotation } = {}) {
      const value = await change(by, workspaceId, connectionId, {
        action: "connection.secret_rotated",
        outcome: () => outcomeOf(rotation),
        async make(tx, connection) {
          const platform = platformOf(connection.connector);
          if (platform.proof.kind === "read_again") {
            throw new WebxkeyError("conflict", {
              detail: "This platform signs nothing, so there is no secret. Rotate the address instead.",
            });
          }
          if (given) requireSecret(platform, given);
          const secret = given ?? newSecretOf(platform);
          await storeSecret(tx, connection, secret, rotation);
          return secret;
        },
      });
      return {
        connection: await listed(workspaceId, connectionId),
        address: null,
        webhookSecret: given ? null : value,
      };
    },

    async retry(by, workspaceId, connectionId) {
      const { connection, retried } = await change(by, workspaceId, connectionId, {
        action: "connection.retried",
        outcome: () => "at_once",
        make: async (tx, connection) => ({ connection, retried: await retryFacts(tx, connection) }),
      });
      const isPolled = connection.state === "active" && platforms.get(connection.connector)?.api?.changed;
      return { retried, found: isPolled ? await pollConnection(ports, connection) : null };
    },

    async test(workspaceId, connectionId) {
      const [connection] = isUuid(connectionId) ? await connectionsOf(db, workspaceId, { connectionId }) : [];
      if (!connection) throw new WebxkeyError("not_found", { detail: "There is no such connection." });
      await tryShop(ports, connection);
      return await listed(workspaceId, connectionId);
    },

    remove: (by, workspaceId, connectionId) =>
      change(by, workspaceId, connectionId, {
        action: "connection.removed",
        outcome: ({ connector }) => connector,
        make: deleteConnection,
      }),

    async forgetOld() {
      await deleteExpired(db, clock.now());
      await deleteDoneFacts(db, DONE_FACT_DAYS);
    },
  };
}

function invalid(pointer: string, detail: string, cause?: unknown): WebxkeyError {
  return new WebxkeyError("invalid_input", { detail, fields: [{ pointer, detail }], cause });
}
