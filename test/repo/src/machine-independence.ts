/** A place that exists on one machine only. */
export type MachineTrace = { line: number; found: string };

const HOME_DIRS = ["root", "home", "Users", "work", "tmp", "var/folders"];
/** An absolute path below one of these, but not the end of a relative one (`src/work/queue.ts`) or an address. */
const MACHINE_PATH = new RegExp(String.raw`(?<![\w.~/$)}\]*-])/(?:${HOME_DIRS.join("|")})/[\w.@-]+`, "g");
const REGISTRY_HOST =
  /\b(?:registry|npm|mirror|proxy)[\w-]*\.[a-z][\w.-]*\.(?:org|com|dev|net|io|cn)\b|\bnpm\.pkg\.github\.com\b/gi;

/** Finds paths of somebody's machine and hosts of package registries, which a fresh clone must not depend on. */
export function machineTraces(text: string): MachineTrace[] {
  return text
    .split("\n")
    .flatMap((content, index) =>
      [MACHINE_PATH, REGISTRY_HOST]
        .flatMap((pattern) => Array.from(content.matchAll(pattern), ([found]) => found))
        .map((found) => ({ line: index + 1, found })),
    );
}
