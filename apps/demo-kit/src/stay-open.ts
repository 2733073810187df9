import { once } from "node:events";
import { createInterface } from "node:readline";
import { followOrder } from "./follow.ts";
import type { DemoHost, Stage } from "./host.ts";
import type { Progress } from "./progress.ts";
import { type DemoRun, FOLLOW_MS_MAX } from "./run-demo.ts";

export type Visit = { stage: Stage; run: DemoRun; progress: Progress };

/** Shows the way around, and places another order at each Enter, until the person ends the demo. */
export async function stayOpen(host: DemoHost, { stage, run, progress }: Visit): Promise<void> {
  const { placeSampleOrder, engine } = run.opened;

  async function orderAnother(): Promise<void> {
    const { id } = await placeSampleOrder({ optIn: true, progress });
    await followOrder({ engine, orderId: id, withinMs: FOLLOW_MS_MAX, progress });
    progress.plain();
  }

  showTheWay(host, stage, progress);
  const lines = createInterface({ input: process.stdin });
  let ordering = Promise.resolve();
  lines.on("line", () => {
    ordering = ordering.then(orderAnother).catch((error: unknown) => {
      progress.step(error instanceof Error ? error.message : String(error));
    });
  });
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  lines.close();
  progress.plain();
  progress.step("Ending, and removing the data");
}

function showTheWay({ places }: DemoHost, { store, simulator }: Stage, { plain }: Progress): void {
  plain();
  plain(`  Phone view   ${simulator.url}/   what the customer's phone shows`);
  for (const place of places(store.url)) plain(`  ${place}`);
  plain();
  plain("  Press Enter to place another order.");
  plain(
    "  Reply STOP in the phone view, then press Enter: the next order sends nothing, and its timeline says why.",
  );
  plain("  Ctrl-C ends the demo and removes its data.");
  plain();
}
