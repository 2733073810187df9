/** Turbo's line for a task that ended: its task, what the cache had, its hash. */
const TASK_ENDED = /^(\S+):(\S+): cache (?:miss|bypass|hit)\b/;

/**
 * The course of a build, from turbo's plan (`turbo run … --dry=json`) and the lines it prints as tasks end.
 *
 * Counts only the tasks that have something to do: a task without a command or in the cache takes no time.
 */
export function createBuildProgress(plan) {
  const { tasks } = JSON.parse(plan);
  const toBuild = tasks.filter(({ command, cache }) => command !== "<NONEXISTENT>" && cache.status !== "HIT");
  const waiting = new Map(toBuild.map(({ taskId, dependencies }) => [taskId, dependencies]));

  /** Turbo starts a task as soon as what it depends on has ended. */
  function underWay() {
    const started = [...waiting].filter(([, dependencies]) => !dependencies.some((id) => waiting.has(id)));
    return started.map(([taskId]) => packageOf(taskId));
  }

  return {
    /** How many packages there are to build. */
    total: toBuild.length,
    /** The sentence about a task that this line says has ended, if it does. */
    ended(line, seconds) {
      const [, name, task] = TASK_ENDED.exec(line) ?? [];
      if (!waiting.delete(`${name}#${task}`)) return undefined;
      const left =
        waiting.size === 0 ? "" : `, ${waiting.size} left: ${[...waiting.keys()].map(packageOf).join(", ")}`;
      return `${toBuild.length - waiting.size} of ${toBuild.length} built: ${name} (after ${seconds} s${left})`;
    },
    /** What is being built now, for a build that has been silent for a while. */
    underWay: (seconds) => `still building ${underWay().join(" and ")} (${seconds} s)`,
  };
}

function packageOf(taskId) {
  return taskId.replace(/#.*$/, "");
}
