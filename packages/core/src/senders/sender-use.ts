import type { Actor, AuditFact } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Db } from "../storage/index.ts";
import { forgetAccessToken } from "./secret-store.ts";
import { type Sender, sendersOf, setSender } from "./sender-store.ts";

/** @throws WebxkeyError `not_found`. */
export async function findSender(db: Db, workspaceId: string, senderId: string): Promise<Sender> {
  const sender = (await sendersOf(db, workspaceId)).find((one) => one.senderId === senderId);
  if (!sender) throw new WebxkeyError("not_found", { detail: "There is no such sender." });
  return sender;
}

/**
 * The number to send from. One that was chosen stays the one even while it cannot send, so that nobody is written to from a number
 * that the shop did not choose.
 */
export function senderInUse(senders: readonly Sender[]): Sender | undefined {
  const chosen = senders
    .filter(({ chosenAt }) => chosenAt !== null)
    .sort((one, other) => Number(other.chosenAt) - Number(one.chosenAt))[0];
  return (
    chosen ??
    senders.find(({ state }) => state === "connected") ??
    senders.find(({ state }) => state === "token_invalid" || state === "app_secret_invalid")
  );
}

/** Takes a number out of use and deletes its access token. */
export async function retire(tx: Db, sender: Sender): Promise<void> {
  await setSender(tx, sender, { state: "disconnected", chosen_at: null, token_expires_at: null });
  await forgetAccessToken(tx, sender.workspaceId, sender.senderId);
}

export function senderFact(by: Actor, action: string, { senderId }: Sender, outcome: string): AuditFact {
  return { actor: by, action, object: { type: "sender", id: senderId }, outcome };
}
