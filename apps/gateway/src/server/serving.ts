import type { Messaging } from "@webxkey/core";

/** What the process knows of itself while it serves. */
export interface Serving {
  /** Undefined until the port is bound: the webhook's address is part of what the engine is made of. */
  messaging?: Messaging;
  draining: boolean;
}
