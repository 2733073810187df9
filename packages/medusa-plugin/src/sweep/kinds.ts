import type { HostEvent } from "../connector/index.ts";

type Time = string | Date;

/** One act that an entity's present state proves, in the form of the event that should have told it. */
export interface SweptAct {
  readonly hostEvent: HostEvent;
  readonly payload: Record<string, unknown>;
  readonly at: Time;
}

export interface SweptRow {
  readonly id: string;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** A kind of entity whose changes tell what happened. Its acts go through the connector, so their keys are the push's own. */
export interface SweptKind<Row extends SweptRow = SweptRow> {
  /** Medusa's name of it for `query.graph`, and the name of its cursor. */
  readonly entity: string;
  readonly fields: readonly string[];
  readonly filters?: Readonly<Record<string, unknown>>;
  /** A change younger than this is left to its event: see each kind. */
  readonly settleMs: number;
  acts(row: Row): readonly SweptAct[];
}

/** The event may still come, and it alone carries the wish not to notify; without it a person has to decide. */
const WISH_SETTLE_MS = 2 * 60_000;
/** Medusa writes a capture or refund before it asks the provider and deletes it where the provider refuses. */
const PROVIDER_SETTLE_MS = 2 * 60_000;

function kind<Row extends SweptRow>(of: SweptKind<Row>): SweptKind {
  return of as unknown as SweptKind;
}

const act = (
  hostEvent: HostEvent,
  payload: Record<string, unknown>,
  at: Time | null | undefined,
): SweptAct[] => (at ? [{ hostEvent, payload, at }] : []);

export const SWEPT_KINDS: readonly SweptKind[] = [
  kind<SweptRow & { readonly status: string; readonly canceled_at?: Time | null }>({
    entity: "order",
    fields: ["status", "canceled_at"],
    settleMs: 0,
    acts: (order) =>
      order.status === "draft"
        ? []
        : [
            ...act("order.placed", { id: order.id }, order.created_at),
            ...act("order.canceled", { id: order.id }, order.canceled_at),
          ],
  }),
  kind<SweptRow & { readonly shipped_at?: Time | null; readonly delivered_at?: Time | null }>({
    entity: "fulfillment",
    fields: ["shipped_at", "delivered_at"],
    settleMs: WISH_SETTLE_MS,
    acts: (fulfillment) => [
      ...act("order.fulfillment_created", { fulfillment_id: fulfillment.id }, fulfillment.created_at),
      ...act("shipment.created", { id: fulfillment.id }, fulfillment.shipped_at),
      ...act("delivery.created", { id: fulfillment.id }, fulfillment.delivered_at),
    ],
  }),
  kind({
    entity: "capture",
    fields: [],
    settleMs: PROVIDER_SETTLE_MS,
    acts: (capture) => act("payment.captured", { capture_id: capture.id }, capture.created_at),
  }),
  kind({
    entity: "refund",
    fields: [],
    settleMs: PROVIDER_SETTLE_MS,
    acts: (refund) => act("payment.refunded", { refund_id: refund.id }, refund.created_at),
  }),
  kind({
    entity: "payment_session",
    fields: ["status"],
    filters: { status: "error" },
    settleMs: 0,
    acts: (session) => act("payment_session.error", { id: session.id }, session.updated_at),
  }),
  kind<
    SweptRow & {
      readonly status: string;
      readonly requested_at?: Time | null;
      readonly received_at?: Time | null;
    }
  >({
    entity: "return",
    fields: ["status", "requested_at", "received_at"],
    settleMs: 0,
    acts: (given) => [
      ...act("order.return_requested", { return_id: given.id }, given.requested_at),
      ...act(
        "order.return_received",
        { return_id: given.id },
        given.received_at ?? (given.status === "partially_received" ? given.updated_at : null),
      ),
    ],
  }),
  kind<SweptRow & { readonly has_account: boolean }>({
    entity: "customer",
    fields: ["has_account"],
    filters: { has_account: true },
    settleMs: 0,
    acts: (customer) => act("customer.created", { id: customer.id }, customer.created_at),
  }),
];
