import type { PostResult } from "./poster.ts";

/** One webhook POST with all its tries. */
export interface Delivery {
  id: string;
  appId: string;
  url: string;
  /** The unspoiled bytes; a redelivery starts from these. */
  bytes: Buffer;
  /** The header that was sent last. */
  signature: string | undefined;
  /** How many updates of each kind: by status name, `messages`, or another field. */
  holds: Record<string, number>;
  createdAtMs: number;
  attempts: (PostResult & { atMs: number })[];
  state: "pending" | "delivered" | "dropped";
}

const DELIVERIES_KEPT_MAX = 5_000;
const LOG_BYTES_MAX = 64 * 1024 * 1024;

export interface DeliveryLog {
  add(delivery: Delivery): void;
  find(id: string): Delivery | undefined;
  /** Oldest first. */
  newest(count: number): Delivery[];
  clear(): void;
}

/** Keeps the newest deliveries within a number and a size. */
export function createDeliveryLog(): DeliveryLog {
  const kept = new Map<string, Delivery>();
  let bytes = 0;

  return {
    add(delivery) {
      kept.set(delivery.id, delivery);
      bytes += delivery.bytes.length;
      for (const [id, oldest] of kept) {
        if (kept.size <= DELIVERIES_KEPT_MAX && bytes <= LOG_BYTES_MAX) break;
        kept.delete(id);
        bytes -= oldest.bytes.length;
      }
    },
    find: (id) => kept.get(id),
    newest: (count) => (count >= kept.size ? [...kept.values()] : [...kept.values()].slice(-count)),
    clear() {
      kept.clear();
      bytes = 0;
    },
  };
}
