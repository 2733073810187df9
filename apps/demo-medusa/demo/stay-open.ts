import { once } from "node:events";
import { createInterface } from "node:readline";
import { OWNER } from "../harness/index.ts";
import { followOrder } from "./follow.ts";
import type { Progress } from "./progress.ts";
import { type DemoRun, FOLLOW_MS_MAX } from "./run-demo.ts";
import { placeSampleOrder } from "./sample-order.ts";
import type { Stage } from "./stage.ts";

/** Shows the way around, and places another order at each Enter, until the person ends the demo. */
export async function stayOpen(
  stage: Stage,
  { opened, wording }: DemoRun,
  progress: Progress,
): Promise<void> {
  const { shop, engine } = opened;

  async function orderAnother(): Promise<void> {
    const { id } = await placeSampleOrder({ shop, wording, optIn: true, progress });
    await followOrder({ engine, orderId: id, withinMs: FOLLOW_MS_MAX, progress });
    progress.plain();
  }

  showTheWay(stage, progress);
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

function showTheWay({ store, simulator }: Stage, { plain }: Progress): void {
  plain();
  plain(`  Phone view   ${simulator.url}/   what the customer's phone shows`);
  plain(`  Admin        ${store.url}/app`);
  plain(`    sign in    ${OWNER.email}  ${OWNER.password}`);
  plain(`    Settings   ${store.url}/app/settings/whatsapp`);
  plain(`    Messages   ${store.url}/app/whatsapp`);
  plain(`  Shop API     ${store.url}/store`);
  plain();
  plain("  Press Enter to place another order.");
  plain(
    "  Reply STOP in the phone view, then press Enter: the next order sends nothing, and its timeline says why.",
  );
  plain("  Ctrl-C ends the demo and removes its data.");
  plain();
}
