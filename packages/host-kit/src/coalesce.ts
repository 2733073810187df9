/**
 * Runs `work` at most once at a time. A call while it runs makes it run once more afterwards, so that nothing that came in
 * meanwhile is left lying; ten calls make no more than that one.
 *
 * @returns a function whose promise ends with the run that covers its call. It never rejects: `work` handles its errors.
 */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function run(): Promise<void> {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  }

  return () => {
    if (!running) return run();
    next ??= running.then(() => {
      next = undefined;
      return run();
    });
    return next;
  };
}
