import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { type FieldProblem, isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import type { Keys } from "../keys/index.ts";
import {
  debugToken,
  type GraphClient,
  type GraphCredentials,
  getPhoneNumber,
  getSubscribedApps,
  graphFailure,
  type SignatureKey,
  subscribeApp,
  type TokenFacts,
} from "../meta/index.ts";
import type { Db, VerifiedApp } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import {
  endOldAppSecrets,
  forgetAccessToken,
  forgetOldAppSecrets,
  putSecret,
  readSecrets,
  readSigningSecrets,
} from "./secret-store.ts";
import { checkSender, qualityOf, type SenderCheck } from "./sender-check.ts";
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
  writeSender,
} from "./sender-store.ts";
import { createWebhookAddresses } from "./webhook-address.ts";

export interface SenderInput {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly appId: string;
  readonly appSecret: Secret;
  readonly accessToken: Secret;
  /** The app secret before this one ends at once, because it leaked, and not after a day. */
  readonly endOldSecret?: boolean | undefined;
  /** The number that this one takes the place of. */
  readonly replaces?: string | undefined;
}

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

const SCOPES_NEEDED = ["whatsapp_business_messaging", "whatsapp_business_management"];
const VERIFY_TOKEN_BYTES = 24;

export interface SenderPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly graph: GraphClient;
  readonly templates: Templates;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly webhookUrl: string;
  /** Lets go what was held for a number, in the transaction that makes one fit to send. Answers what to audit. */
  readonly resumeSending: (tx: Db, workspaceId: string) => Promise<AuditFact[]>;
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

  async function find(workspaceId: string, senderId: string): Promise<Sender> {
    const sender = (await sendersOf(db, workspaceId)).find((one) => one.senderId === senderId);
    if (!sender) throw new WebxkeyError("not_found", { detail: "There is no such sender." });
    return sender;
  }

  async function syncOf(
    by: Actor,
    workspaceId: string,
    { wabaId }: SenderInput,
    given: GraphCredentials,
  ): Promise<void> {
    try {
      await templates.sync(by, workspaceId, wabaId, given);
    } catch (cause) {
      if (!isWebxkeyError(cause) || cause.code !== "graph_refused") throw cause;
      const detail =
        "Meta does not show this WhatsApp account to the token: check the id and the token's rights.";
      throw new WebxkeyError("sender_rejected", { detail, fields: [{ pointer: "/waba_id", detail }], cause });
    }
  }

  /**
   * Stores what Meta's handshake and first webhooks need, before Meta is told: they come while its answer is waited for. A number
   * that is in use stays as it is, whatever comes of it.
   */
  async function prepareHandshake(
    by: Actor,
    sender: Sender,
    { appSecret }: SenderInput,
    verifyToken: Secret,
    before: Sender | undefined,
  ): Promise<void> {
    const { workspaceId, appId: ref } = sender;
    const now = ports.clock.now();
    await db.transaction().execute(async (tx) => {
      if (!before) await writeSender(tx, { ...sender, state: "connecting", connectedAt: null });
      await putSecret(tx, keys, { workspaceId, name: "app_secret", ref, value: appSecret, now });
      await putSecret(tx, keys, { workspaceId, name: "verify_token", ref, value: verifyToken, now });
      await audit.append(tx, workspaceId, [
        senderFact(by, "sender.credentials_set", sender, before ? "again" : "new"),
      ]);
    });
  }

  /** Takes a number out of use. Answers whether the one that takes its place has to be chosen. */
  async function replace(tx: Db, by: Sender, replaced: Sender | undefined): Promise<boolean> {
    if (!replaced || replaced.senderId === by.senderId) return false;
    const used = await inUse(tx, by.workspaceId);
    await retire(tx, replaced);
    return used?.senderId === replaced.senderId;
  }

  async function retire(tx: Db, sender: Sender): Promise<void> {
    await setSender(tx, sender, { state: "disconnected", chosen_at: null, token_expires_at: null });
    await forgetAccessToken(tx, sender.workspaceId, sender.senderId);
  }

  /** The other numbers of the app that were stopped for its secret have the new one now. */
  async function mendSecretOf(tx: Db, by: Actor, { workspaceId, appId }: Sender): Promise<AuditFact[]> {
    const mended = await tx
      .updateTable("webxkey.senders")
      .set({ state: "connected" })
      .where("workspace_id", "=", workspaceId)
      .where("app_id", "=", appId)
      .where("state", "=", "app_secret_invalid")
      .returning("sender_id")
      .execute();
    return mended.map((row) => ({
      actor: by,
      action: "sender.connected",
      object: { type: "sender", id: row.sender_id },
      outcome: "app_secret",
    }));
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

  async function inUse(on: Db, workspaceId: string): Promise<Sender | undefined> {
    return senderInUse(await sendersOf(on, workspaceId));
  }

  return {
    list: (workspaceId, on = db) => sendersOf(on, workspaceId),
    credentials,

    async connect(by, workspaceId, input) {
      const replaced = input.replaces === undefined ? undefined : await find(workspaceId, input.replaces);
      const { expiresAt } = await requireUsableToken(graph, input);
      const given = { accessToken: input.accessToken, appSecret: input.appSecret };
      const number = await getPhoneNumber(graph, { phoneNumberId: input.phoneNumberId, credentials: given });
      if (number.kind !== "ok") {
        throw rejected(
          "/phone_number_id",
          "Meta does not show this phone number to the token: check the id and the token's rights.",
          number,
        );
      }
      // Before anything is stored, because only an account that the token may use lists its templates.
      await syncOf(by, workspaceId, input, given);
      const before = (await sendersOf(db, workspaceId)).find(
        (one) => one.phoneNumberId === input.phoneNumberId,
      );
      const sender: Sender = {
        workspaceId,
        senderId: before?.senderId ?? ports.ids.row(),
        state: "connected",
        appId: input.appId,
        wabaId: input.wabaId,
        phoneNumberId: input.phoneNumberId,
        displayPhoneNumber: number.body.displayPhoneNumber ?? null,
        verifiedName: number.body.verifiedName ?? null,
        quality: qualityOf(number.body.qualityRating),
        connectedAt: ports.clock.now(),
        chosenAt: before?.chosenAt ?? null,
        tokenExpiresAt: expiresAt ?? null,
      };
      const verifyToken = secret(randomBytes(VERIFY_TOKEN_BYTES).toString("base64url"));
      await prepareHandshake(by, sender, input, verifyToken, before);
      const subscribed = await subscribe(graph, sender, given, {
        url: await addresses.urlOf(sender.appId),
        verifyToken,
      });
      if (subscribed.kind !== "ok") {
        throw rejected(
          "/waba_id",
          "Meta could not subscribe the webhook: its address must be reachable for Meta over https.",
          subscribed,
        );
      }
      return await db.transaction().execute(async (tx) => {
        const chosen = await replace(tx, sender, replaced);
        const now = ports.clock.now();
        const connected = { ...sender, chosenAt: chosen ? now : sender.chosenAt };
        await writeSender(tx, connected);
        await writeLimits(tx, sender, limitsOf(number.body));
        const { senderId: ref } = sender;
        await putSecret(tx, keys, { workspaceId, name: "access_token", ref, value: input.accessToken, now });
        if (input.endOldSecret) await endOldAppSecrets(tx, sender);
        const mended = await mendSecretOf(tx, by, sender);
        const resumed = await ports.resumeSending(tx, workspaceId);
        await audit.append(tx, workspaceId, [
          senderFact(by, "sender.connected", sender, before ? "again" : "new"),
          ...(replaced ? [senderFact(by, "sender.disconnected", replaced, "replaced")] : []),
          ...mended,
          ...resumed,
        ]);
        return connected;
      });
    },

    async disconnect(by, workspaceId, senderId) {
      const sender = await find(workspaceId, senderId);
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
      const sender = await find(workspaceId, senderId);
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
      const sender = await find(workspaceId, senderId);
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

    forSending: inUse,

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

async function requireUsableToken(graph: GraphClient, input: SenderInput): Promise<TokenFacts> {
  const answer = await debugToken(graph, {
    token: input.accessToken,
    appId: input.appId,
    appSecret: input.appSecret,
  });
  if (answer.kind !== "ok") {
    throw rejected("/app_secret", "Meta does not accept this app id with this app secret.", answer);
  }
  const { isValid, appId, scopes } = answer.body;
  if (!isValid)
    throw rejected(
      "/access_token",
      "Meta says that this access token is not valid any more. Make a new one.",
    );
  if (appId !== input.appId)
    throw rejected("/access_token", "This access token was made for another Meta app than the one given.");
  const missing = SCOPES_NEEDED.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0)
    throw rejected("/access_token", `The access token lacks the permission ${missing.join(" and ")}.`);
  return answer.body;
}

/**
 * The number to send from. One that was chosen stays the one even while it cannot send, so that nobody is written to from a number
 * that the shop did not choose.
 */
function senderInUse(senders: readonly Sender[]): Sender | undefined {
  const chosen = senders
    .filter(({ chosenAt }) => chosenAt !== null)
    .sort((one, other) => Number(other.chosenAt) - Number(one.chosenAt))[0];
  return (
    chosen ??
    senders.find(({ state }) => state === "connected") ??
    senders.find(({ state }) => state === "token_invalid" || state === "app_secret_invalid")
  );
}

function senderFact(by: Actor, action: string, { senderId }: Sender, outcome: string): AuditFact {
  return { actor: by, action, object: { type: "sender", id: senderId }, outcome };
}

/** An address of our own is taken only from an app that is subscribed already. */
async function subscribe(
  graph: GraphClient,
  { wabaId, appId }: Sender,
  credentials: GraphCredentials,
  callback: { readonly url: string; readonly verifyToken: Secret },
) {
  const apps = await getSubscribedApps(graph, { wabaId, credentials });
  if (apps.kind !== "ok") return apps;
  if (!apps.body.some((app) => app.appId === appId)) {
    const first = await subscribeApp(graph, { wabaId, credentials });
    if (first.kind !== "ok") return first;
  }
  return await subscribeApp(graph, { wabaId, credentials, callback });
}

/** A refusal that a person can mend names the field; Meta being away is another matter. */
function rejected(
  pointer: FieldProblem["pointer"],
  detail: string,
  answer?: Parameters<typeof graphFailure>[0],
): WebxkeyError {
  if (answer && answer.kind !== "error") return graphFailure(answer, "The sender could not be checked.");
  return new WebxkeyError("sender_rejected", {
    detail,
    fields: [{ pointer, detail }],
    ...(answer && { cause: graphFailure(answer, detail) }),
  });
}
