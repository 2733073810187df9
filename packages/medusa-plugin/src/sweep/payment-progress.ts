type Time = string | Date;

/** How far the payment of an order has come, as far as Medusa's own rows show it. */
export interface PaymentProgress {
  readonly canceled_at?: Time | null;
  readonly payment_collections?: readonly {
    readonly payment_sessions?: readonly { readonly status: string; readonly updated_at: Time }[];
    readonly payments?: readonly { readonly created_at: Time; readonly canceled_at?: Time | null }[];
  }[];
}

export const PAYMENT_PROGRESS_FIELDS = [
  "payment_collections.payment_sessions.status",
  "payment_collections.payment_sessions.updated_at",
  "payment_collections.payments.created_at",
  "payment_collections.payments.canceled_at",
];

/**
 * Whether an order may still be taken back because nobody agreed to pay for it. Completing a cart writes the order first and
 * asks the payment provider last; when the provider refuses, Medusa deletes the order. A payment row, or a session whose
 * authorization is deferred (a bank transfer), ends the wait. An order that was never asked to pay does not wait.
 */
export function awaitsPayment(
  { canceled_at, payment_collections = [] }: PaymentProgress,
  isSettled: (changedAt: Time) => boolean,
): boolean {
  if (canceled_at) return false;
  const sessions = payment_collections.flatMap((collection) => collection.payment_sessions ?? []);
  if (sessions.length === 0) return false;
  const payments = payment_collections.flatMap((collection) => collection.payments ?? []);
  const isPaid = payments.some((payment) => !payment.canceled_at && isSettled(payment.created_at));
  const isDeferred = sessions.some(
    ({ status, updated_at }) => status === "pending_authorization" && isSettled(updated_at),
  );
  return !isPaid && !isDeferred;
}
