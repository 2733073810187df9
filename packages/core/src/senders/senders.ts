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
} from "../meta/index.ts";
import type { Db, VerifiedApp } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { forgetOldAppSecrets, putSecret, readSecrets, readSigningSecrets } from "./secret-store.ts";
import { checkSender, qualityOf, type SenderCheck } from "./sender-check.ts";
import { limitsOf } from "./sender-limits.ts";
import {
  agentSeenAt,
  markAgentSeen,
  type Route,
  routesOf,
  type Sender,
  sendersOf,
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
}

/** The numbers of a workspace and the credentials that belong to them. */
export interface Senders {
  list(workspaceId: string, on?: Db): Promise<Sender[]>;
  /**
   * Checks the credentials at Meta, stores them, tells Meta where its webhooks go and reads the templates. Connecting a
   * number again replaces its credentials.
   * @throws WebxkeyError `sender_rejected` naming the field at fault, `conflict`, `graph_unavailable`.
   */
  connect(by: Actor, workspaceId: string, input: SenderInput): Promise<Sender>;
  /** Asks Meta what the number may do now: its pace, and how many people a day. @throws WebxkeyError `graph_unavailable`. */
  refreshLimits(sender: Sender): Promise<void>;
  check(workspaceId: string, senderId: string): Promise<SenderCheck[]>;
  /** The number to send from: the one connected first. */
  forSending(on: Db, workspaceId: string): Promise<Sender | undefined>;
  credentials(sender: Sender, on?: Db): Promise<GraphCredentials>;
  markTokenInvalid(tx: Db, workspaceId: string, senderId: string): Promise<AuditFact[]>;
  /** Notes that Meta's business agent holds chats of these numbers. */
  agentSeen(tx: Db, workspaceId: string, senderIds: readonly string[]): Promise<void>;
  /** Every app secret that may sign a webhook, each with the app it names; one that was replaced counts a day longer. */
  signatureKeys(): Promise<SignatureKey<VerifiedApp>[]>;
  /** The app whose webhook address this is, the last part of its URL; undefined for every address that no app has. */
  appAt(address: string): Promise<string | undefined>;
  /** Deletes the app secrets that no longer verify anything. */
  forgetOldSecrets(): Promise<void>;
  /** Whether a webhook handshake brings a token that one of the connected apps was given. */
  isVerifyToken(token: string): Promise<boolean>;
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

  return {
    list: (workspaceId, on = db) => sendersOf(on, workspaceId),
    credentials,

    async connect(by, workspaceId, input) {
      await requireUsableToken(graph, input);
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
        state: "connecting",
        appId: input.appId,
        wabaId: input.wabaId,
        phoneNumberId: input.phoneNumberId,
        displayPhoneNumber: number.body.displayPhoneNumber ?? null,
        verifiedName: number.body.verifiedName ?? null,
        quality: qualityOf(number.body.qualityRating),
        connectedAt: null,
      };
      const verifyToken = secret(randomBytes(VERIFY_TOKEN_BYTES).toString("base64url"));
      // Committed before Meta is told: its handshake comes back while we still wait for the answer.
      await db.transaction().execute(async (tx) => {
        await writeSender(tx, sender);
        await writeLimits(tx, sender, limitsOf(number.body));
        await putSecret(tx, keys, {
          workspaceId,
          name: "access_token",
          ref: sender.senderId,
          value: input.accessToken,
          now: ports.clock.now(),
        });
        await putSecret(tx, keys, {
          workspaceId,
          name: "app_secret",
          ref: sender.appId,
          value: input.appSecret,
          now: ports.clock.now(),
        });
        await putSecret(tx, keys, {
          workspaceId,
          name: "verify_token",
          ref: sender.appId,
          value: verifyToken,
          now: ports.clock.now(),
        });
        const object = { type: "sender", id: sender.senderId };
        await audit.append(tx, workspaceId, [
          { actor: by, action: "sender.credentials_set", object, outcome: before ? "again" : "new" },
        ]);
      });
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
      const connected: Sender = { ...sender, state: "connected", connectedAt: ports.clock.now() };
      await db.transaction().execute(async (tx) => {
        await writeSender(tx, connected);
        const object = { type: "sender", id: sender.senderId };
        await audit.append(tx, workspaceId, [
          { actor: by, action: "sender.connected", object, outcome: before ? "again" : "new" },
        ]);
      });
      return connected;
    },

    async refreshLimits(sender) {
      const given = await credentials(sender);
      const number = await getPhoneNumber(graph, { phoneNumberId: sender.phoneNumberId, credentials: given });
      if (number.kind !== "ok") throw graphFailure(number, "The number's limits could not be read.");
      await writeLimits(db, sender, limitsOf(number.body));
    },

    async check(workspaceId, senderId) {
      const sender = await find(workspaceId, senderId);
      const given = await credentials(sender);
      return await checkSender(
        // A number that was connected before apps had addresses of their own is heard at the bare one.
        { graph, templates, webhookUrls: [await addresses.urlOf(sender.appId), ports.webhookUrl] },
        sender,
        given,
        await agentSeenAt(db, workspaceId, senderId),
      );
    },

    agentSeen: markAgentSeen,

    async forSending(on, workspaceId) {
      const senders = await sendersOf(on, workspaceId);
      return (
        senders.find(({ state }) => state === "connected") ??
        senders.find(({ state }) => state === "token_invalid")
      );
    },

    async markTokenInvalid(tx, workspaceId, senderId) {
      const changed = await tx
        .updateTable("webxkey.senders")
        .set({ state: "token_invalid" })
        .where("workspace_id", "=", workspaceId)
        .where("sender_id", "=", senderId)
        .where("state", "=", "connected")
        .returning("sender_id")
        .execute();
      return changed.map((row) => ({
        actor: { type: "meta" },
        action: "sender.stopped",
        object: { type: "sender", id: row.sender_id },
        outcome: "token_invalid",
      }));
    },

    async signatureKeys() {
      const secrets = await readSigningSecrets(db, keys, ports.clock.now());
      return secrets.map(({ workspaceId, ref, value }) => ({
        id: { workspace_id: workspaceId, app_id: ref },
        secret: value,
      }));
    },

    appAt: (address) => addresses.appAt(address),

    forgetOldSecrets: () => forgetOldAppSecrets(db, ports.clock.now()),

    async isVerifyToken(token) {
      const given = Buffer.from(token);
      const known = await readSecrets(db, keys, "verify_token");
      return known.some(({ value }) => {
        const expected = Buffer.from(value.reveal());
        return expected.length === given.length && timingSafeEqual(expected, given);
      });
    },

    routes: routesOf,
  };
}

async function requireUsableToken(graph: GraphClient, input: SenderInput): Promise<void> {
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
