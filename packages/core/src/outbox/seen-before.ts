import { timingSafeEqual } from "node:crypto";
import type { AuditFact } from "../audit/index.ts";
import type { Db } from "../storage/index.ts";
import { denyUnsent, type EventRow, eventsByKey, messagesOfEvents, type SeenEvent } from "./outbox-store.ts";
import type { Publication } from "./publication.ts";

/**
 * What was published before: the first body stands (a platform may tell one fact in two ways). A later one can only add the
 * wish not to notify, which stops what has not left. Another body of a client that wrote its own id changes nothing at all.
 */
export async function seenBefore(
  tx: Db,
  workspaceId: string,
  batch: readonly Publication[],
  rows: readonly EventRow[],
  inserted: ReadonlySet<string>,
) {
  const again = batch.filter((_, index) => !inserted.has(rows[index]?.event_id ?? ""));
  const known =
    again.length === 0
      ? []
      : await eventsByKey(
          tx,
          workspaceId,
          again.map((one) => ({ source: one.source, external_id: one.externalId })),
        );
  const knownByKey = new Map(known.map((event) => [keyOf(event), event]));
  const told = again.flatMap((one) => {
    const event = knownByKey.get(keyOf(one));
    return event && !isRefused(one, event) ? [{ one, event }] : [];
  });
  const unwanted = told.filter(({ one }) => one.doNotNotify).map(({ event }) => event.eventId);
  const stopped = await denyUnsent(tx, workspaceId, unwanted);
  const messages = Map.groupBy(
    await messagesOfEvents(
      tx,
      workspaceId,
      known.map(({ eventId }) => eventId),
    ),
    ({ event_id }) => event_id,
  );
  const repeated = told.flatMap(({ one, event }): AuditFact[] => {
    if (timingSafeEqual(event.bodyHash, one.bodyHash)) return [];
    return [
      {
        actor: one.by,
        action: "event.seen_again",
        object: { type: "event", id: event.eventId },
        outcome: "first_body_stands",
      },
    ];
  });
  const denied = stopped.map(
    (id): AuditFact => ({
      actor: { type: "host" },
      action: "message.blocked",
      object: { type: "message", id },
      outcome: "do_not_notify",
    }),
  );
  return {
    byKey: new Map(
      [...knownByKey].map(([key, event]) => [key, { ...event, messages: messages.get(event.eventId) ?? [] }]),
    ),
    facts: [...repeated, ...denied],
  };
}

/** The wish not to notify may be added under the same id: it can only stop a message. */
export function isRefused(publication: Publication, event: SeenEvent): boolean {
  const same =
    timingSafeEqual(event.bodyHash, publication.bodyHash) &&
    event.type === publication.type &&
    event.occurredAt.getTime() === publication.occurredAt.getTime();
  return publication.refuseOtherBody && !same;
}

export function keyOf({
  source,
  externalId,
}: {
  readonly source: string;
  readonly externalId: string;
}): string {
  return `${source}\n${externalId}`;
}
