/**
 * The simulator's only source of time and of delayed work. It follows the machine's clock and can be
 * fast-forwarded: `advance` walks from one due job to the next, so that seven days of webhook retries happen
 * one after another, each at its own time, in milliseconds.
 */
export interface SimulatorClock {
  /** Milliseconds since the epoch, on the simulator's clock. */
  now(): number;
  /** Runs the job once its time has come. Jobs due at the same time run in the order they were scheduled. */
  schedule(delayMs: number, job: () => void): void;
  /** Moves time forward; resolves when every job that fell due has run and its work has settled. */
  advance(ms: number): Promise<void>;
  /** Forgets every job that has not run. */
  clear(): void;
  close(): void;
}

interface Job {
  dueMs: number;
  order: number;
  run: () => void;
}

const TIMER_MS_MAX = 2 ** 31 - 1;

/** `settled` resolves when the work that jobs have started (webhook posts) is no longer under way. */
export function createClock(options: { startAtMs?: number; settled: () => Promise<void> }): SimulatorClock {
  let offsetMs = options.startAtMs === undefined ? 0 : options.startAtMs - Date.now();
  const jobs = createQueue();
  let timer: NodeJS.Timeout | undefined;
  let armedForMs = Number.POSITIVE_INFINITY;
  let advancing: Promise<void> = Promise.resolve();
  let steps = 0;
  let closed = false;

  const now = () => Date.now() + offsetMs;

  function runDue(untilMs: number) {
    for (let job = jobs.peek(); job && job.dueMs <= untilMs; job = jobs.peek()) {
      jobs.take();
      job.run();
    }
  }

  function arm() {
    const next = jobs.peek();
    if (closed || steps > 0 || !next || next.dueMs >= armedForMs) return;
    clearTimeout(timer);
    armedForMs = next.dueMs;
    timer = setTimeout(onTimer, Math.min(Math.max(next.dueMs - now(), 0), TIMER_MS_MAX));
  }

  function onTimer() {
    armedForMs = Number.POSITIVE_INFINITY;
    if (steps > 0) return;
    runDue(now());
    arm();
  }

  async function walk(ms: number) {
    const targetMs = now() + ms;
    // A post that is under way may still schedule its retry.
    await options.settled();
    for (let next = jobs.peek(); !closed && next && next.dueMs <= targetMs; next = jobs.peek()) {
      offsetMs += Math.max(next.dueMs - now(), 0);
      runDue(next.dueMs);
      await options.settled();
    }
    offsetMs += Math.max(targetMs - now(), 0);
  }

  return {
    now,
    schedule(delayMs, run) {
      if (closed) return;
      jobs.add({ dueMs: now() + delayMs, run });
      arm();
    },
    advance(ms) {
      steps += 1;
      advancing = advancing
        .then(() => walk(ms))
        .finally(() => {
          steps -= 1;
          armedForMs = Number.POSITIVE_INFINITY;
          arm();
        });
      return advancing;
    },
    clear: () => jobs.clear(),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** A binary heap by due time, then by the order of scheduling. */
function createQueue() {
  const heap: Job[] = [];
  let scheduled = 0;
  const before = (a: Job, b: Job) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
  const at = (index: number) => heap[index] as Job;

  function swap(a: number, b: number) {
    const held = at(a);
    heap[a] = at(b);
    heap[b] = held;
  }

  return {
    peek: (): Job | undefined => heap[0],
    clear() {
      heap.length = 0;
    },
    add(job: Omit<Job, "order">) {
      heap.push({ ...job, order: scheduled++ });
      let child = heap.length - 1;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!before(at(child), at(parent))) break;
        swap(child, parent);
        child = parent;
      }
    },
    take() {
      swap(0, heap.length - 1);
      heap.pop();
      let parent = 0;
      for (;;) {
        const left = parent * 2 + 1;
        if (left >= heap.length) break;
        const right = left + 1;
        const least = right < heap.length && before(at(right), at(left)) ? right : left;
        if (!before(at(least), at(parent))) break;
        swap(parent, least);
        parent = least;
      }
    },
  };
}
