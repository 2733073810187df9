import { randomBytes } from "node:crypto";
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
  subscribeApp,
  type TokenFacts,
} from "../meta/index.ts";
import type { Db } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { endOldAppSecrets, putSecret } from "./secret-store.ts";
import { qualityOf } from "./sender-check.ts";
import { limitsOf } from "./sender-limits.ts";
import { type Sender, sendersOf, writeLimits, writeSender } from "./sender-store.ts";
import { findSender, retire, senderFact, senderInUse } from "./sender-use.ts";
import type { WebhookAddresses } from "./webhook-address.ts";

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

const SCOPES_NEEDED = ["whatsapp_business_messaging", "whatsapp_business_management"];
const VERIFY_TOKEN_BYTES = 24;

export interface ConnectPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly graph: GraphClient;
  readonly templates: Templates;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly addresses: WebhookAddresses;
  /** Lets go what was held for a number, in the transaction that makes one fit to send. Answers what to audit. */
  readonly resumeSending: (tx: Db, workspaceId: string) => Promise<AuditFact[]>;
}

/** Connects a number, or gives it new credentials: see `Senders.connect`. */
export function createConnect(ports: ConnectPorts) {
  const { db, keys, audit, graph, templates, addresses } = ports;

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
    if (!replaced) return false;
    const used = senderInUse(await sendersOf(tx, by.workspaceId));
    await retire(tx, replaced);
    return used?.senderId === replaced.senderId;
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

  return async (by: Actor, workspaceId: string, input: SenderInput): Promise<Sender> => {
    const named =
      input.replaces === undefined ? undefined : await findSender(db, workspaceId, input.replaces);
    // A number that is said to replace itself gets new credentials.
    const replaced = named?.phoneNumberId === input.phoneNumberId ? undefined : named;
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
