import type { Fact } from "@webxkey/core";
import { editFacts, type HostEvent, type MedusaAmount, minorUnitsOf } from "../connector/index.ts";
import { awaitsPayment, PAYMENT_PROGRESS_FIELDS, type PaymentProgress } from "./payment-progress.ts";

type Time = string | Date;

/** One act that an entity's present state proves, in the form of the event that should have reported it. */
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

/** Whether a change is older than `SETTLE_MS`. */
export type IsSettled = (changedAt: Time) => boolean;

/** A kind of entity whose changes show what happened. Its acts go through the connector, so their keys are the push's own. */
export interface SweptKind<Row extends SweptRow = SweptRow> {
  /** Medusa's name of it for `query.graph`, and the name of its cursor. */
  readonly entity: string;
  readonly fields: readonly string[];
  readonly filters?: Readonly<Record<string, unknown>>;
  acts(row: Row, isSettled: IsSettled): readonly SweptAct[];
  /** What somebody may have edited with nothing to tell. */
  edits?(row: Row): readonly Fact[];
}

/**
 * A change younger than this is left alone, whatever it is. Medusa commits each step of a workflow by itself and takes the
 * step back when a later one fails: an order whose payment is refused, a capture that the provider declines, a return whose
 * confirmation breaks off. Its events come only after the whole workflow. Two minutes is how long Medusa's own lock on a
 * cart under completion lasts. The event may also still arrive, and it alone carries the request not to notify.
 *
 * Time alone proves nothing about a slow provider or a process that died half-way. Where Medusa writes down that a provider
 * agreed, that is asked for too, and the row that carries it is swept, so that a late agreement is found.
 */
export const SETTLE_MS = 2 * 60_000;

function kind<Row extends SweptRow>(of: SweptKind<Row>): SweptKind {
  return of as unknown as SweptKind;
}

const act = (
  hostEvent: HostEvent,
  payload: Record<string, unknown>,
  at: Time | null | undefined,
): SweptAct[] => (at ? [{ hostEvent, payload, at }] : []);

interface SweptOrder extends SweptRow, PaymentProgress {
  readonly status: string;
  readonly canceled_at?: Time | null;
}

const ORDER_FIELDS = ["status", "canceled_at", ...PAYMENT_PROGRESS_FIELDS];

function orderActs(order: SweptOrder, isSettled: IsSettled): SweptAct[] {
  const { id, status, created_at, canceled_at } = order;
  if (status === "draft" || awaitsPayment(order, isSettled)) return [];
  return [...act("order.placed", { id }, created_at), ...act("order.canceled", { id }, canceled_at)];
}

/** Whatever changed of it, its consent field may be what changed. */
function orderEdits({ id, status, created_at, updated_at }: SweptOrder): readonly Fact[] {
  const isEdited = status !== "draft" && new Date(updated_at) > new Date(created_at);
  return isEdited ? editFacts({ id, updated_at: new Date(updated_at) }) : [];
}

interface PaymentAct {
  readonly id: string;
  readonly created_at: Time;
  readonly amount: MedusaAmount;
  readonly raw_amount?: { readonly value: string } | null;
}

interface SweptCollection extends SweptRow {
  readonly currency_code: string;
  readonly captured_amount?: MedusaAmount | null;
  readonly refunded_amount?: MedusaAmount | null;
  readonly payments?: readonly {
    readonly captures?: readonly PaymentAct[];
    readonly refunds?: readonly PaymentAct[];
  }[];
}

/** Medusa adds a capture or refund to the collection's sum once the provider has agreed; what exceeds the sum is still open. */
function agreed(
  acts: readonly PaymentAct[],
  sum: MedusaAmount | null | undefined,
  currency: string,
): readonly PaymentAct[] {
  const limit = sum == null ? 0 : minorUnitsOf({ amount: sum }, currency);
  const byTime = acts.toSorted((one, other) => +new Date(one.created_at) - +new Date(other.created_at));
  let total = 0;
  return byTime.filter((one) => {
    total += minorUnitsOf(one, currency);
    return total <= limit;
  });
}

const PAYMENT_ACT_FIELDS = ["captures", "refunds"].flatMap((acts) =>
  ["id", "created_at", "amount", "raw_amount"].map((field) => `payments.${acts}.${field}`),
);

export const SWEPT_KINDS: readonly SweptKind[] = [
  kind<SweptOrder>({ entity: "order", fields: ORDER_FIELDS, acts: orderActs, edits: orderEdits }),
  kind<
    SweptRow & {
      readonly shipped_at?: Time | null;
      readonly delivered_at?: Time | null;
      readonly order?: { readonly id: string } | null;
    }
  >({
    entity: "fulfillment",
    fields: ["shipped_at", "delivered_at", "order.id"],
    // Without its order it is still with the provider, or belongs to a return.
    acts: ({ id, created_at, shipped_at, delivered_at, order }) =>
      order
        ? [
            ...act("order.fulfillment_created", { fulfillment_id: id }, created_at),
            ...act("shipment.created", { id }, shipped_at),
            ...act("delivery.created", { id }, delivered_at),
          ]
        : [],
  }),
  kind<SweptCollection>({
    entity: "payment_collection",
    fields: ["currency_code", "captured_amount", "refunded_amount", ...PAYMENT_ACT_FIELDS],
    acts: ({ currency_code, captured_amount, refunded_amount, payments = [] }, isSettled) => {
      const captures = payments.flatMap((payment) => payment.captures ?? []);
      const refunds = payments.flatMap((payment) => payment.refunds ?? []);
      return [
        ...agreed(captures, captured_amount, currency_code)
          .filter(({ created_at }) => isSettled(created_at))
          .flatMap(({ id, created_at }) => act("payment.captured", { capture_id: id }, created_at)),
        ...agreed(refunds, refunded_amount, currency_code)
          .filter(({ created_at }) => isSettled(created_at))
          .flatMap(({ id, created_at }) => act("payment.refunded", { refund_id: id }, created_at)),
      ];
    },
  }),
  kind<
    SweptRow & {
      readonly status: string;
      readonly payment_collection?: { readonly order?: SweptOrder | null } | null;
    }
  >({
    entity: "payment_session",
    fields: [
      "status",
      ...["id", "created_at", "updated_at", ...ORDER_FIELDS].map(
        (field) => `payment_collection.order.${field}`,
      ),
    ],
    filters: { status: ["error", "authorized", "captured", "pending_authorization"] },
    acts: ({ id, status, updated_at, payment_collection }, isSettled) => {
      const order = payment_collection?.order;
      if (!order || !isSettled(order.updated_at)) return [];
      const placed = orderActs(order, isSettled);
      if (placed.length === 0) return [];
      return [...placed, ...(status === "error" ? act("payment_session.error", { id }, updated_at) : [])];
    },
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
    acts: ({ id, status, requested_at, received_at, updated_at }) => [
      ...act("order.return_requested", { return_id: id }, requested_at),
      ...act(
        "order.return_received",
        { return_id: id },
        received_at ?? (status === "partially_received" ? updated_at : null),
      ),
    ],
  }),
  kind<SweptRow & { readonly has_account: boolean }>({
    entity: "customer",
    fields: ["has_account"],
    filters: { has_account: true },
    acts: (customer) => act("customer.created", { id: customer.id }, customer.created_at),
  }),
];
