import { timingSafeEqual } from "node:crypto";
import type { Actor, AuditFact } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import {
  debugToken,
  type GraphCredentials,
  getPhoneNumber,
  graphFailure,
  type SignatureKey,
} from "../meta/index.ts";
import type { Db, VerifiedApp } from "../storage/index.ts";
import { type ConnectPorts, createConnect, type SenderInput } from "./connect.ts";
import { forgetOldAppSecrets, readSecrets, readSigningSecrets } from "./secret-store.ts";
import { checkSender, type SenderCheck } from "./sender-check.ts";
import { limitsOf } from "./sender-limits.ts";
import {
  agentSeenAt,
  markAgentSeen,
  type Route,
  routesOf,
  type Sender,
  sendersOf,
  setSender,
  writeLimits,
} from "./sender-store.ts";
import { findSender, retire, senderFact, senderInUse } from "./sender-use.ts";
import { createWebhookAddresses } from "./webhook-address.ts";

/** The numbers of a workspace and the credentials that belong to them. */
export interface Senders {
  list(workspaceId: string, on?: Db): Promise<Sender[]>;
  /**
   * Checks the credentials at Meta, tells Meta where its webhooks go, reads the templates and stores the credentials. Connecting a
   * number again replaces its credentials; until all of it has worked the number goes on with those it has.
   * @throws WebxkeyError `sender_rejected` naming the field at fault, `conflict`, `not_found`, `graph_unavailable`.
   */
  connect(by: Actor, workspaceId: string, input: SenderInput): Promise<Sender>;
  /**
   * Takes a number out of use and deletes its access token. What people answer to it is still read, so that a STOP counts.
   * @throws WebxkeyError `not_found`, `conflict` when it is not connected.
   */
  disconnect(by: Actor, workspaceId: string, senderId: string): Promise<Sender>;
  /** Sends from this number from now on. @throws WebxkeyError `not_found`, `conflict` when it is not connected. */
  choose(by: Actor, workspaceId: string, senderId: string): Promise<Sender>;
  /** Asks Meta what the number may do now: its pace, and how many people a day. @throws WebxkeyError `graph_unavailable`. */
  refreshLimits(sender: Sender): Promise<void>;
  /** Asks Meta until when the token is valid, and stops the number when it is not. @throws WebxkeyError `graph_unavailable`. */
  refreshToken(sender: Sender): Promise<void>;
  check(workspaceId: string, senderId: string): Promise<SenderCheck[]>;
  /** The number to send from: the chosen one, else the one connected first. */
  forSending(on: Db, workspaceId: string): Promise<Sender | undefined>;
  credentials(sender: Sender, on?: Db): Promise<GraphCredentials>;
  /**
   * Stops a number whose credentials Meta refuses, unless it was connected again meanwhile; a refused app secret stops all numbers of
   * the app.
   */
  markStopped(
    tx: Db,
    workspaceId: string,
    refused: Pick<Sender, "senderId" | "connectedAt">,
    state: "token_invalid" | "app_secret_invalid",
  ): Promise<AuditFact[]>;
  /** Notes that Meta's business agent holds chats of these numbers. */
  agentSeen(tx: Db, workspaceId: string, senderIds: readonly string[]): Promise<void>;
  /** Every app secret that may sign a webhook, each with the app it names; one that was replaced counts a day longer. */
  signatureKeys(): Promise<SignatureKey<VerifiedApp>[]>;
  /** The app whose webhook address this is, the last part of its URL; undefined for every address that no app has. */
  appAt(address: string): Promise<string | undefined>;
  /** Deletes the app secrets that no longer verify anything. */
  forgetOldSecrets(): Promise<void>;
  /** Of tokens that webhook handshakes bring, which ones a connected app was given. */
  areVerifyTokens(tokens: readonly string[]): Promise<boolean[]>;
  routes(on: Db, phoneNumberIds: readonly string[], wabaIds: readonly string[]): Promise<Route[]>;
}

export interface SenderPorts extends Omit<ConnectPorts, "addresses"> {
  readonly webhookUrl: string;
}

export function createSenders(ports: SenderPorts): Senders {
  const { db, keys, audit, graph, templates } = ports;
  const addresses = createWebhookAddresses({ db, keys, webhookUrl: ports.webhookUrl });

  async function credentials(sender: Sender, on = db): Promise<GraphCredentials> {
    const at = { workspaceId: sender.workspaceId };
    const [[accessToken], [appSecret]] = await Promise.all([
      readSecrets(on, keys, "access_token", { ...at, ref: sender.senderId }),
      readSecrets(on, keys, "app_secret", { ...at, ref: sender.appId }),
    ]);
    if (!accessToken)
      throw new WebxkeyError("key_missing", { detail: "The sender has no access token. Connect it again." });
    return { accessToken: accessToken.value, appSecret: appSecret?.value };
  }

  async function markStopped(
    tx: Db,
    workspaceId: string,
    { senderId, connectedAt }: Pick<Sender, "senderId" | "connectedAt">,
    state: "token_invalid" | "app_secret_invalid",
  ): Promise<AuditFact[]> {
    const sender = (await sendersOf(tx, workspaceId)).find((one) => one.senderId === senderId);
    if (!sender || sender.connectedAt?.getTime() !== connectedAt?.getTime()) return [];
    const all = tx
      .updateTable("webxkey.senders")
      .set({ state })
      .where("workspace_id", "=", workspaceId)
      .where("state", "=", "connected");
    const own =
      state === "app_secret_invalid"
        ? all.where("app_id", "=", sender.appId)
        : all.where("sender_id", "=", senderId);
    const changed = await own.returning("sender_id").execute();
    return changed.map((row) => ({
      actor: { type: "meta" },
      action: "sender.stopped",
      object: { type: "sender", id: row.sender_id },
      outcome: state,
    }));
  }

  async function refreshToken(sender: Sender, given?: GraphCredentials): Promise<void> {
    const { accessToken, appSecret } = given ?? (await credentials(sender));
    if (!appSecret) return;
    const answer = await debugToken(graph, { token: accessToken, appId: sender.appId, appSecret });
    if (answer.kind !== "ok") throw graphFailure(answer, "The access token could not be checked.");
    const { isValid, expiresAt } = answer.body;
    await db.transaction().execute(async (tx) => {
      const at = { token_checked_at: ports.clock.now(), token_expires_at: expiresAt ?? null };
      await setSender(tx, sender, at);
      if (isValid) return;
      const { workspaceId } = sender;
      await audit.append(tx, workspaceId, await markStopped(tx, workspaceId, sender, "token_invalid"));
    });
  }

  return {
    list: (workspaceId, on = db) => sendersOf(on, workspaceId),
    credentials,
    connect: createConnect({ ...ports, addresses }),

    async disconnect(by, workspaceId, senderId) {
      const sender = await findSender(db, workspaceId, senderId);
      if (sender.state === "disconnected")
        throw new WebxkeyError("conflict", { detail: "This number is disconnected already." });
      return await db.transaction().execute(async (tx) => {
        await retire(tx, sender);
        const resumed = await ports.resumeSending(tx, workspaceId);
        await audit.append(tx, workspaceId, [
          senderFact(by, "sender.disconnected", sender, "by_person"),
          ...resumed,
        ]);
        return { ...sender, state: "disconnected", chosenAt: null };
      });
    },

    async choose(by, workspaceId, senderId) {
      const sender = await findSender(db, workspaceId, senderId);
      if (sender.state !== "connected")
        throw new WebxkeyError("conflict", {
          detail: `This number is ${sender.state.replaceAll("_", " ")}: connect it again before it is chosen.`,
        });
      const chosenAt = ports.clock.now();
      await db.transaction().execute(async (tx) => {
        await setSender(tx, sender, { chosen_at: chosenAt });
        const resumed = await ports.resumeSending(tx, workspaceId);
        await audit.append(tx, workspaceId, [senderFact(by, "sender.chosen", sender, "chosen"), ...resumed]);
      });
      return { ...sender, chosenAt };
    },

    async refreshLimits(sender) {
      const given = await credentials(sender);
      const number = await getPhoneNumber(graph, { phoneNumberId: sender.phoneNumberId, credentials: given });
      if (number.kind !== "ok") throw graphFailure(number, "The number's limits could not be read.");
      await writeLimits(db, sender, limitsOf(number.body));
    },

    refreshToken,

    async check(workspaceId, senderId) {
      const sender = await findSender(db, workspaceId, senderId);
      const given = await credentials(sender);
      // What is found of the token is kept, so that an alert does not wait for the next look.
      if (sender.state === "connected") await refreshToken(sender, given).catch(() => undefined);
      return await checkSender(
        // A number that was connected before apps had addresses of their own is heard at the bare one.
        {
          graph,
          templates,
          now: ports.clock.now(),
          webhookUrls: [await addresses.urlOf(sender.appId), ports.webhookUrl],
        },
        sender,
        given,
        await agentSeenAt(db, workspaceId, senderId),
      );
    },

    agentSeen: markAgentSeen,

    forSending: async (on, workspaceId) => senderInUse(await sendersOf(on, workspaceId)),

    markStopped,

    async signatureKeys() {
      const secrets = await readSigningSecrets(db, keys, ports.clock.now());
      return secrets.map(({ workspaceId, ref, value }) => ({
        id: { workspace_id: workspaceId, app_id: ref },
        secret: value,
      }));
    },

    appAt: (address) => addresses.appAt(address),

    forgetOldSecrets: () => forgetOldAppSecrets(db, ports.clock.now()),

    async areVerifyTokens(tokens) {
      const known = (await readSecrets(db, keys, "verify_token")).map(({ value }) =>
        Buffer.from(value.reveal()),
      );
      return tokens.map((token) => {
        const given = Buffer.from(token);
        return known.some((expected) => expected.length === given.length && timingSafeEqual(expected, given));
      });
    },

    routes: routesOf,
  };
}
