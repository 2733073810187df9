/**
 * Says what is wrong when turbo did not finish its tasks. Its exit code does not: ended by a signal it stops the
 * tasks under way and exits with 0.
 */
export function turboProblem(log: string): string | undefined {
  const summary = [...log.matchAll(/Tasks:\s+(\d+) successful, (\d+) total/g)].at(-1);
  if (!summary) return "turbo ended before it could sum up";
  const [, successful, total] = summary;
  return successful === total ? undefined : `turbo finished ${successful} of ${total} tasks`;
}
