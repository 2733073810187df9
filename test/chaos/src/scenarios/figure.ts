import type { Judgement } from "../auditor/index.ts";
import type { ChainReport, Rig } from "../rig.ts";

/** What a scenario hands back beside the auditor's word: its own counts, and what of them breaks a promise. */
export type Outcome = {
  readonly counts: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  /** Sentences; one is enough to fail the run. */
  readonly broken: readonly string[];
  /** What was measured in words. */
  readonly measured?: readonly string[];
};

/** One line of the output, as JSON. */
export type Figure = {
  readonly figure: string;
  readonly name: string;
  readonly seed: number;
  readonly windows: Rig["windows"];
  readonly seconds: number;
  readonly lost: number;
  readonly doubled: number;
  readonly passed: boolean;
  readonly broken: readonly string[];
} & Record<string, unknown>;

/** A figure that needs none of the rig's processes. */
export type PlainScenario = {
  readonly figure: string;
  readonly name: string;
  run(seed: number, scale: number): Promise<Outcome>;
};

export type Scenario = {
  readonly figure: string;
  readonly name: string;
  /** Doubles are part of what is shown, and must be reported by the engine itself. */
  readonly doublesAllowed?: boolean;
  run(rig: Rig, scale: number): Promise<Outcome>;
};

/** Names at most this many of the messages that break a promise: one is enough to look into. */
const NAMED_MAX = 5;

export function brokenOf(judgement: Judgement, chain: ChainReport, doublesAllowed: boolean): string[] {
  const found: [string, readonly string[]][] = [
    ["lost", judgement.lost],
    ["doubled", doublesAllowed ? [] : judgement.doubled],
    ["doubled and not reported by the engine", judgement.unflagged],
    ["sent although the engine says otherwise", judgement.misreported],
    ["posted without a committed attempt", judgement.uncommitted],
    ["attempts posted more than once", judgement.postedAgain],
  ];
  const sentences = found
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${ids.length} ${what}: ${ids.slice(0, NAMED_MAX).join(", ")}`);
  return chain.ok ? sentences : [...sentences, "the audit chain does not verify"];
}

/** Runs one scenario on a rig of its own and lets the auditor judge. */
export async function measure(scenario: Scenario, rig: Rig, scale: number): Promise<Figure> {
  const startedAt = performance.now();
  const { counts, broken } = await scenario.run(rig, scale);
  const { judgement, chain } = await rig.judge();
  const falls = rig.falls();
  const all = [
    ...broken,
    ...brokenOf(judgement, chain, scenario.doublesAllowed ?? false),
    ...(falls > 0 ? [`${falls} processes ended by an error of their own`] : []),
  ];
  const { acknowledged, acceptedOnce, ended, parked, waiting, unsettled, answersLost } = judgement;
  return {
    figure: scenario.figure,
    name: scenario.name,
    seed: rig.seed,
    windows: rig.windows,
    seconds: secondsSince(startedAt),
    ...counts,
    acknowledged,
    acceptedOnce,
    ended,
    parked,
    waiting,
    unsettled,
    answersLost,
    processesFallen: falls,
    auditEntries: chain.entries,
    lost: judgement.lost.length,
    doubled: judgement.doubled.length,
    passed: all.length === 0,
    broken: all,
  };
}

/** Runs a scenario that judges itself. */
export async function tell({ figure, name, run }: PlainScenario, seed: number, scale: number) {
  const startedAt = performance.now();
  const { counts, measured, broken } = await run(seed, scale);
  return {
    figure,
    name,
    seed,
    seconds: secondsSince(startedAt),
    ...counts,
    ...(measured && { measured }),
    passed: broken.length === 0,
    broken,
  };
}

function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 100) / 10;
}

/** At least one, so that a small form still does everything once. */
export function scaled(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}
