import type { Store } from "@webxkey/demo-medusa";

/** The environment of a store whose event bus a test can reach. */
export function tapped(more: { killBefore?: string } = {}): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${new URL("./bus-tap.ts", import.meta.url).href}`,
    ...(more.killBefore && { BUS_TAP_KILL_BEFORE: more.killBefore }),
  };
}

export type ReleasedEvent = { name: string; data: Record<string, unknown> };

/** Delivers an event so many times at once, as a bus with at-least-once delivery may. */
export async function deliver(store: Store, name: string, data: object, times: number): Promise<void> {
  await fetch(tapOf(store), { method: "POST", body: JSON.stringify({ name, data, times }) });
}

/** What the store's workflows told the bus, oldest first. */
export async function releasedEvents(store: Store): Promise<ReleasedEvent[]> {
  return (await (await fetch(tapOf(store))).json()) as ReleasedEvent[];
}

function tapOf(store: Store): string {
  const [, url] = /bus-tap (http:\S+)/.exec(store.logs()) ?? [];
  if (!url) throw new Error("The store was not started with a tapped bus.");
  return url;
}
