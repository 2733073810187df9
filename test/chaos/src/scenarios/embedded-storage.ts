import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askWhileOwned, killPgliteWriters } from "@webxkey/engine-tests/pglite-kills";
import { seeded } from "../seeded.ts";
import { type PlainScenario, scaled } from "./figure.ts";

const KILLS = 100;
const ASKED = 50;
const REFUSED_MS_MAX = 1_000;

/** R16: a process that writes on PGlite is killed again and again; the next one finds all that was acknowledged. */
export const embeddedKilled: PlainScenario = {
  figure: "R16",
  name: "process on embedded storage killed",
  async run(seed, scale) {
    await using dir = await emptyDirectory();
    const chance = seeded(seed);
    const told = await killPgliteWriters(dir.path, scaled(KILLS, scale), (upTo) =>
      chance.between(0, upTo - 1),
    );
    return {
      counts: told,
      broken: told.lost > 0 ? [`${told.lost} acknowledged rows were not found`] : [],
    };
  },
};

/** R17: a second process is refused the directory of a living one, soon and with a sentence, and harms nothing. */
export const embeddedShared: PlainScenario = {
  figure: "R17",
  name: "second process on embedded storage",
  async run(_seed, scale) {
    await using dir = await emptyDirectory();
    const { ownerPid, answers, acknowledged, lost } = await askWhileOwned(dir.path, scaled(ASKED, scale));
    const sentence = `process ${ownerPid} has it open`;
    const unclear = answers.filter(({ code }) => !code.includes(sentence));
    const slowestMs = Math.round(Math.max(...answers.map(({ ms }) => ms)));
    return {
      counts: {
        asked: answers.length,
        refused: answers.length - unclear.length,
        slowestMs,
        acknowledged,
        lost,
      },
      broken: [
        ...(unclear.length > 0 ? [`${unclear.length} were not refused: ${unclear[0]?.code}`] : []),
        ...(slowestMs >= REFUSED_MS_MAX ? [`one was refused only after ${slowestMs} ms`] : []),
        ...(lost > 0 ? [`${lost} acknowledged rows were not found`] : []),
      ],
    };
  },
};

async function emptyDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "webxkey-chaos-embedded-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
