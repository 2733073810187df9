/** An alert as it leaves the engine: nothing in it is about a person. */
export interface AlertMessage {
  readonly alertId: string;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly cause: string;
  /** What is wrong and what to do. */
  readonly sentence: string;
  readonly raisedAt: Date;
}

/**
 * A way to tell people of alerts: a host's notification feed, e-mail, a webhook.
 *
 * `deliver` may be called again with the same alert after a failure or a crash. A rejection is tried again, less and less
 * often, for a day.
 */
export interface AlertOutlet {
  /** Stable and unique in the installation, such as `email`. */
  readonly name: string;
  deliver(alert: AlertMessage): Promise<void>;
}
