import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { PrivacyWish } from "../events/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import { parsePhone } from "../kernel/phone.ts";
import { pii } from "../kernel/pii.ts";
import { storableText } from "../kernel/storable-text.ts";
import { cancelForRestricted } from "../outbox/index.ts";
import type { NewPrivacyRequest, PrivacyRequests } from "../privacy/index.ts";
import type { Db } from "../storage/index.ts";
import type { Connection } from "./connection.ts";
import { updateConnection } from "./connections-store.ts";
import { dropFacts } from "./fact-store.ts";

export type OpenPrivacyRequest = (
  connection: Connection,
  wish: PrivacyWish,
  deliveryId: string | undefined,
) => Promise<void>;

export interface PrivacyWishPorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly contacts: Contacts;
  readonly privacy: PrivacyRequests;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/**
 * Opens a request for what a platform says that a person, or a shop that leaves, asks for. An erasure restricts at once and in
 * the same transaction: what waits is cancelled, what was to be read is not read, and nothing later is sent.
 */
export function createPrivacyWishes(ports: PrivacyWishPorts): OpenPrivacyRequest {
  const { db, audit, contacts, privacy, clock, ids } = ports;

  async function peopleOf(
    tx: Db,
    { workspaceId, source }: Connection,
    { person }: PrivacyWish,
  ): Promise<string[]> {
    const phone = parsePhone(person.phone);
    // Somebody who was never met is kept by the hash of the number: what is still on its way to us must find it.
    const byPhone = phone.ok
      ? await contacts.resolveForUpdate(tx, workspaceId, [[{ kind: "phone", value: pii(phone.e164) }]])
      : [];
    const byRefs = await privacy.peopleOf(tx, workspaceId, source, refsOf(person));
    return await contacts.wholeOf(tx, workspaceId, [...byPhone.flat(), ...byRefs]);
  }

  async function erase(
    tx: Db,
    by: Actor,
    connection: Connection,
    wish: PrivacyWish,
    request: NewPrivacyRequest,
  ): Promise<AuditFact[]> {
    const { workspaceId, source } = connection;
    if (wish.kind === "erase_shop") {
      const restricted = await privacy.restrict(tx, by, request, { source });
      // The shop has left: whatever its platform still posts is about nobody who may be written to.
      await updateConnection(tx, connection, { state: "paused" });
      await dropFacts(tx, connection);
      const object = { type: "connection", id: connection.connectionId };
      const paused = { actor: by, action: "connection.changed", object, outcome: "paused" };
      return [...restricted, paused, ...(await cancelForRestricted(tx, by, workspaceId))];
    }
    const contactIds = await peopleOf(tx, connection, wish);
    const restricted = await privacy.restrict(tx, by, request, { contactIds });
    const { orderRefs, accountRefs } = refsOf(wish.person);
    await dropFacts(tx, connection, [...orderRefs, ...accountRefs]);
    return [...restricted, ...(await cancelForRestricted(tx, by, workspaceId))];
  }

  return async (connection, wish, deliveryId) => {
    const { workspaceId, connectionId, connector, source } = connection;
    const by: Actor = { type: "host", id: connectionId };
    const request: NewPrivacyRequest = {
      workspaceId,
      requestId: ids.row(),
      kind: wish.kind,
      connectionId,
      connector,
      source,
      wishKey: storableText(wish.key),
      deliveryId: deliveryId === undefined ? null : storableText(deliveryId),
      person: wish.person,
      receivedAt: clock.now(),
    };
    await db.transaction().execute(async (tx) => {
      const opened = await privacy.open(tx, by, request);
      if (opened.length === 0) return;
      const erased = wish.kind === "access" ? [] : await erase(tx, by, connection, wish, request);
      await audit.append(tx, workspaceId, [...opened, ...erased]);
    });
  };
}

function refsOf({ orderRefs = [], customerRef }: PrivacyWish["person"]) {
  return {
    orderRefs: orderRefs.map(storableText),
    accountRefs: customerRef === undefined ? [] : [storableText(customerRef)],
  };
}
