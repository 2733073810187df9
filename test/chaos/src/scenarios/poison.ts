import type { Rig } from "../rig.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const SENDS = 1_000;
const SOUND_PER_POISON = 100;
const PARKED_MS_MAX = 60_000;
const QUIET_MS_MAX = 300_000;
/** What the neighbours may wait longer for a poisoned row among them. */
const DELAY_SHARE_MAX = 0.1;
/** On a shared machine, two runs of the same work differ by that much. */
const DELAY_NOISE_MS = 250;

/** R8: one message in a hundred whose sealed values cannot be opened. It is put aside, its neighbours do not notice. */
export const poison: Scenario = {
  figure: "R8",
  name: "poison message",
  async run(rig, scale) {
    const sends = scaled(SENDS, scale);
    const sound = await timeBatch(rig, sends, 0);
    const poisoned = await timeBatch(rig, sends, Math.ceil(sends / SOUND_PER_POISON));
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    const limitMs = sound.p95Ms * (1 + DELAY_SHARE_MAX) + DELAY_NOISE_MS;
    return {
      counts: {
        p95MsSound: sound.p95Ms,
        p95MsPoisoned: poisoned.p95Ms,
        neighboursLeft: poisoned.left,
        poisonLeft: poisoned.poisonLeft,
      },
      broken: [
        ...(poisoned.left > 0
          ? [`${poisoned.left} neighbours were not sent within ${PARKED_MS_MAX} ms`]
          : []),
        ...(poisoned.poisonLeft > 0 ? [`${poisoned.poisonLeft} poisoned messages were not put aside`] : []),
        ...(poisoned.p95Ms > limitMs
          ? [`neighbours were sent after ${poisoned.p95Ms} ms instead of ${sound.p95Ms} (p95)`]
          : []),
      ],
    };
  },
};

/** Publishes a batch without a worker, spoils some of it, and times from the worker's start to each first try. */
async function timeBatch(rig: Rig, count: number, poisonCount: number) {
  const ids = await rig.publish(count);
  const bad = ids.filter((_id, index) => index % SOUND_PER_POISON === 0).slice(0, poisonCount);
  await rig.database.query(
    "update webxkey.messages set params_sealed = decode(repeat('00', 64), 'hex') where message_id = any($1::uuid[])",
    [bad],
  );
  const [begun] = await rig.database.query<{ at: Date }>("select clock_timestamp() as at");
  const worker = rig.startWorker();
  const isBad = new Set(bad);
  const good = ids.filter((id) => !isBad.has(id));
  const left = (of: readonly string[]) => countLeft(rig, of);
  await until("the batch is not done", PARKED_MS_MAX, async () => (await left(ids)) === 0).catch(
    () => undefined,
  );
  await worker.end();
  const waits = await rig.database.query<{ ms: number }>(
    `select extract(epoch from min(started_at) - $2::timestamptz)::float8 * 1000 as ms from webxkey.attempts
     where message_id = any($1::uuid[]) group by message_id order by 1`,
    [good, begun?.at],
  );
  return {
    p95Ms: Math.round(waits[Math.floor(waits.length * 0.95)]?.ms ?? 0),
    left: await left(good),
    poisonLeft: await left(bad),
  };
}

async function countLeft(rig: Rig, ids: readonly string[]): Promise<number> {
  const [row] = await rig.database.query<{ left: number }>(
    "select count(*)::int as left from webxkey.messages where message_id = any($1::uuid[]) and state in ('queued', 'sending')",
    [ids],
  );
  return row?.left ?? 0;
}
