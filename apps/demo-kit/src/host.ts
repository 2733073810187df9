import type { AdminClient } from "@webxkey/admin-kit";
import type { GraphSimulator } from "@webxkey/testing";
import type { Store } from "./process/index.ts";
import type { Progress } from "./progress.ts";

/** The words beside the box at checkout. */
export type Wording = { id: string; version: string; language: string; purpose: string; text: string };

/** An order as its own platform tells of it. */
export type FoundOrder = {
  id: string;
  /** What the customer knows it by; every template about an order names it so. */
  display_id: string | number;
  /** In major units of `currency_code`. */
  total: number;
  currency_code: string;
};

export type SampleOrderOptions = {
  /** Whether the customer ticks the box. */
  optIn: boolean;
  progress: Progress;
};

/** A store that is open for business: its merchant signed in, its number connected, its rules on. */
export type OpenShop = {
  engine: AdminClient;
  wording: Wording;
  /** A customer buys, through the API that the platform has for its storefronts. */
  placeSampleOrder(options: SampleOrderOptions): Promise<{ id: string }>;
  findOrder(id: string): Promise<FoundOrder>;
};

/** Everything that runs while the demo does. Disposing of it ends all processes and removes their data. */
export type Stage = AsyncDisposable & { simulator: GraphSimulator; store: Store };

export type StoreOptions = {
  /** The simulator's URL. */
  graphUrl: string;
  /** A free one unless given. */
  port?: number | undefined;
  /** Whether a person will look around in it; a demo that only proves needs no pages. */
  staysOpen: boolean;
  progress: Progress;
};

/** A platform, as the demo sees it. */
export type DemoHost<Shop extends OpenShop = OpenShop> = {
  /** How this demo is started, for messages that say what to do. */
  command: string;
  /** Where the store listens unless told otherwise. */
  usualPort: number;
  /** Starts a store that was never used; disposing of it removes its data, too. */
  openStore(options: StoreOptions): Promise<Store>;
  /** What a merchant does once, through the plugin's admin API alone. */
  openShop(stage: Pick<Stage, "store">, progress: Progress): Promise<Shop>;
  /** Where a person looks around, a line each. */
  places(storeUrl: string): readonly string[];
};
