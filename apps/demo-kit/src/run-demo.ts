import { followOrder } from "./follow.ts";
import type { DemoHost, OpenShop, Stage } from "./host.ts";
import type { Progress } from "./progress.ts";
import { type Proven, prove } from "./prove.ts";

/** From the order to `read` takes two seconds; a machine under load may need longer. */
export const FOLLOW_MS_MAX = 40_000;

export type DemoOptions = {
  stage: Stage;
  progress: Progress;
  /** Whether the customer ticks the box at checkout; they do unless told. */
  optIn?: boolean | undefined;
  /** How long the order's message is followed, 40 s unless told. */
  followMs?: number | undefined;
};

export type DemoRun<Shop extends OpenShop = OpenShop> = Proven & { opened: Shop };

/** Opens the shop, places one order, follows its message, and asks the running system for the proof. */
export async function runDemo<Shop extends OpenShop>(
  host: DemoHost<Shop>,
  { stage, progress, optIn = true, followMs = FOLLOW_MS_MAX }: DemoOptions,
): Promise<DemoRun<Shop>> {
  const opened = await host.openShop(stage, progress);
  const { id } = await opened.placeSampleOrder({ optIn, progress });
  const { engine } = opened;
  const settled = await followOrder({ engine, orderId: id, withinMs: followMs, progress });
  if (!settled) progress.step(`After ${followMs / 1000} s the message is still under way`);

  progress.step("Asking the running system for the proof");
  const proven = await prove({ ...opened, simulator: stage.simulator, orderId: id });
  showProof(proven, progress);
  return { ...proven, opened };
}

function showProof({ proof, problems }: Proven, { detail }: Progress): void {
  const { message, statuses, consent, audit } = proof;
  if (message) detail(`one message, from the template ${message.template} (${message.language})`);
  if (statuses) detail(statuses.join(", "));
  if (consent) detail(`allowed by the opt-in to the wording ${consent.wording}, version ${consent.version}`);
  if (audit) detail(`${audit.entries} audit entries, each as it was written`);
  for (const problem of problems) detail(`does not hold: ${problem}`);
}
