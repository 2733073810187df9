import type { Actor, Audit } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import type { WebhookConnector } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Secret } from "../kernel/secret.ts";
import type { MappedConsent } from "../storage/index.ts";
import { changeConnection, connectionOf } from "./change-connection.ts";
import { type Connection, defaultSource } from "./connection.ts";
import {
  connectionsOf,
  deleteConnection,
  deleteExpired,
  graceEnds,
  insertConnection,
  isSourceOfConnection,
  type SealedConnection,
  updateConnection,
} from "./connections-store.ts";
import { detailed, fieldsChanged, requireWordings } from "./consent-fields.ts";
import {
  newSecretOf,
  type Rotation,
  rotateAddress,
  rotateSecret,
  storeAddress,
  storeSecret,
} from "./credentials.ts";
import type { KeptFact } from "./fact-standing.ts";
import { countFacts, deleteDoneFacts, type FactCounts, retryFacts, untoldFacts } from "./fact-store.ts";
import { invalid, requirePlatform, requireSecret, requireSettings, type SettingsInput } from "./given.ts";
import { openConnection, sealSettings } from "./open-connection.ts";
import { type PollPorts, pollConnection, tryShop } from "./poll.ts";
import { type OpenProblem, stopsReading } from "./problem.ts";
import { openProblems } from "./problem-store.ts";

/** A poll finds nothing again that was read longer ago than this. */
const DONE_FACT_DAYS = 30;
/** Facts that are shown of one connection: enough to see what is wrong. */
const SHOWN_FACTS_MAX = 50;

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

export interface ChangedConnection {
  readonly connection: ListedConnection;
  /** The name of another connection that reads the very same shop: each order would be told twice. */
  readonly sameShopAs?: string | undefined;
}

/** The only moment at which an address and a secret are there to be shown. */
export interface Shown extends ChangedConnection {
  readonly address: Secret | null;
  /** Null where it was not made here, or where the platform signs nothing. */
  readonly webhookSecret: Secret | null;
}

/** The shops of a workspace on platforms that post webhooks. Every change is in the audit. */
export interface Connections {
  /** The platforms that this installation can connect, by name. */
  readonly platforms: readonly WebhookConnector[];
  list(workspaceId: string): Promise<ListedConnection[]>;
  /** True for the source of a connected shop, in whose name nobody else publishes. */
  ownsSource(workspaceId: string, source: string): Promise<boolean>;
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
  ): Promise<ChangedConnection>;
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

  /** A warning, and no refusal: what the two read may still differ by what their credentials may see. */
  async function otherOfSameShop(connection: SealedConnection): Promise<string | undefined> {
    const shopOf = async (one: SealedConnection) => {
      const { platform, settings } = await openConnection(keys, platforms, one);
      const { api } = platform;
      return api && { address: new URL(api.baseUrl(settings)).href, parts: api.partsOf?.(settings) };
    };
    const mine = await shopOf(connection);
    if (mine === undefined) return undefined;
    for (const other of await connectionsOf(db, connection.workspaceId)) {
      if (other.connectionId === connection.connectionId || other.connector !== connection.connector)
        continue;
      // One that this version cannot open says nothing of its shop.
      const its = await shopOf(other).catch(() => undefined);
      const isShared = !mine.parts || mine.parts.some((part) => its?.parts?.includes(part));
      if (its?.address === mine.address && isShared) return other.name;
    }
    return undefined;
  }

  /**
   * The states that orders are in by now are no news under the settings that come, which may give them a meaning: they are looked up
   * while the old settings still count. A shop that cannot be read under these is not asked.
   */
  async function prepareSettings(
    workspaceId: string,
    connectionId: string,
    settings: SettingsInput,
  ): Promise<void> {
    const { state, problems } = await listed(workspaceId, connectionId);
    const connection = await connectionOf(db, workspaceId, connectionId);
    const platform = requirePlatform(platforms, connection.connector);
    requireSettings(clients, platform, settings);
    if (state === "active" && platform.api?.changed && !problems.some(({ code }) => stopsReading(code)))
      await pollConnection(ports, connection);
  }

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

    ownsSource: (workspaceId, source) => isSourceOfConnection(db, workspaceId, source),

    async create(by, workspaceId, wish) {
      const platform = requirePlatform(platforms, wish.connector);
      requireSettings(clients, platform, wish.settings);
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
        const stored = await storeAddress(ports, tx, connection);
        if (webhookSecret) await storeSecret(ports, tx, connection, webhookSecret);
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
      if (changed.length === 0) return { connection: await listed(workspaceId, connectionId) };
      if (settings) await prepareSettings(workspaceId, connectionId, settings);
      await changeConnection(ports, by, workspaceId, connectionId, {
        action: "connection.changed",
        outcome: () => changed.map((field) => (field === "state" ? state : field)).join(" "),
        detail: (before) => consentMapping && fieldsChanged(before.consentMapping, consentMapping),
        async make(tx, connection) {
          if (consentMapping) {
            const platform = requirePlatform(platforms, connection.connector);
            await requireWordings(consent, tx, workspaceId, platform, consentMapping);
          }
          await updateConnection(tx, connection, {
            ...(name !== undefined && { name }),
            ...(settings && { settings_sealed: await sealSettings(keys, connection, settings) }),
            ...(consentMapping && { consent_mapping: JSON.stringify(consentMapping) }),
            ...(state && { state }),
          });
        },
      });
      const connection = await connectionOf(db, workspaceId, connectionId);
      if (settings) await tryShop(ports, connection);
      return {
        connection: await listed(workspaceId, connectionId),
        sameShopAs: settings && (await otherOfSameShop(connection)),
      };
    },

    async rotateAddress(by, workspaceId, connectionId, rotation = {}) {
      const address = await rotateAddress(ports, by, workspaceId, connectionId, rotation);
      return { connection: await listed(workspaceId, connectionId), address, webhookSecret: null };
    },

    async rotateSecret(by, workspaceId, connectionId, { given, ...rotation } = {}) {
      const secret = await rotateSecret(ports, by, workspaceId, connectionId, rotation, given);
      return {
        connection: await listed(workspaceId, connectionId),
        address: null,
        webhookSecret: given ? null : secret,
      };
    },

    async retry(by, workspaceId, connectionId) {
      const { connection, retried } = await changeConnection(ports, by, workspaceId, connectionId, {
        action: "connection.retried",
        outcome: () => "at_once",
        make: async (tx, connection) => ({ connection, retried: await retryFacts(tx, connection) }),
      });
      const isPolled = connection.state === "active" && platforms.get(connection.connector)?.api?.changed;
      return { retried, found: isPolled ? await pollConnection(ports, connection) : null };
    },

    async test(workspaceId, connectionId) {
      await tryShop(ports, await connectionOf(db, workspaceId, connectionId));
      return await listed(workspaceId, connectionId);
    },

    remove: (by, workspaceId, connectionId) =>
      changeConnection(ports, by, workspaceId, connectionId, {
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
