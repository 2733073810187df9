import type { Actor, Audit } from "../audit/index.ts";
import type { WebhookConnector } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Db } from "../storage/index.ts";
import { addressHash, newAddress, newWebhookSecret } from "./address.ts";
import { changeConnection } from "./change-connection.ts";
import { ROTATION_GRACE_MS } from "./connection.ts";
import { addAddress, addSecret, type SealedConnection } from "./connections-store.ts";
import { requirePlatform, requireSecret } from "./given.ts";
import { secretSealer } from "./open-connection.ts";
import type { PollPorts } from "./poll.ts";

// The address that a platform posts to, and the secret that it signs with. Each is shown once, when it is made, and replaced while
// the shop goes on: the one before it counts for a day longer, unless it leaked.

export interface Rotation {
  /** The old one leaked: it ends at once, and not after a day. */
  readonly now?: boolean | undefined;
}

type Ports = Pick<PollPorts, "db" | "keys" | "clock" | "platforms"> & { readonly audit: Audit };

export async function storeAddress(
  { clock }: Pick<Ports, "clock">,
  tx: Db,
  at: SealedConnection,
  rotation: Rotation = {},
): Promise<Secret> {
  const address = newAddress();
  const hash = addressHash(address.reveal());
  if (!hash) throw new WebxkeyError("internal", { detail: "A new address has not the form of an address." });
  await addAddress(tx, { ...at, hash, othersUntil: graceEnd(clock.now(), rotation) });
  return address;
}

export async function storeSecret(
  { keys, clock }: Pick<Ports, "keys" | "clock">,
  tx: Db,
  at: SealedConnection,
  value: Secret,
  rotation: Rotation = {},
): Promise<void> {
  const seal = await secretSealer(keys, at, value);
  await addSecret(tx, { ...at, seal, now: clock.now(), othersUntil: graceEnd(clock.now(), rotation) });
}

export function newSecretOf({ proof }: WebhookConnector): Secret {
  return (proof.kind === "signature" && proof.newSecret?.()) || newWebhookSecret();
}

export async function rotateAddress(
  ports: Ports,
  by: Actor,
  workspaceId: string,
  connectionId: string,
  rotation: Rotation,
): Promise<Secret> {
  return await changeConnection(ports, by, workspaceId, connectionId, {
    action: "connection.address_rotated",
    outcome: () => outcomeOf(rotation),
    make: (tx, connection) => storeAddress(ports, tx, connection, rotation),
  });
}

/** @param given the merchant's own, where the platform makes it. */
export async function rotateSecret(
  ports: Ports,
  by: Actor,
  workspaceId: string,
  connectionId: string,
  rotation: Rotation,
  given: Secret | undefined,
): Promise<Secret> {
  return await changeConnection(ports, by, workspaceId, connectionId, {
    action: "connection.secret_rotated",
    outcome: () => outcomeOf(rotation),
    async make(tx, connection) {
      const platform = requirePlatform(ports.platforms, connection.connector);
      if (platform.proof.kind === "read_again") {
        throw new WebxkeyError("conflict", {
          detail: "This platform signs nothing, so there is no secret. Rotate the address instead.",
        });
      }
      if (given) requireSecret(platform, given);
      const secret = given ?? newSecretOf(platform);
      await storeSecret(ports, tx, connection, secret, rotation);
      return secret;
    },
  });
}

function graceEnd(now: Date, rotation: Rotation): Date {
  return new Date(now.getTime() + (rotation.now ? 0 : ROTATION_GRACE_MS));
}

function outcomeOf(rotation: Rotation): string {
  return rotation.now ? "old_one_ended" : "old_one_ends_in_a_day";
}
