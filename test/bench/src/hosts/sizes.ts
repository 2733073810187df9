import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

/** What is installed in a folder. */
export interface Installed {
  /** Of all files, as they are long; links count nothing. */
  readonly bytes: number;
  /** Of each package, by its path. */
  readonly packages: ReadonlyMap<string, number>;
  /** How many copies of each of these packages there are. */
  readonly copies: Readonly<Record<string, number>>;
}

/** A file of a package: the package's own path, with its name at the end. */
const IN_PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/.@][^/]*)\//;

export async function installedIn(directory: string, names: readonly string[]): Promise<Installed> {
  const entries = await readdir(join(directory, "node_modules"), { recursive: true, withFileTypes: true });
  const packages = new Map<string, number>();
  const copies = Object.fromEntries(names.map((name) => [name, 0]));
  let bytes = 0;
  for (const { parentPath, name } of entries.filter((one) => one.isFile())) {
    const { size } = await stat(join(parentPath, name));
    bytes += size;
    const [path, packageName] = IN_PACKAGE.exec(`${relative(directory, parentPath)}/`) ?? [];
    if (path === undefined || packageName === undefined) continue;
    if (!packages.has(path) && Object.hasOwn(copies, packageName))
      copies[packageName] = (copies[packageName] ?? 0) + 1;
    packages.set(path, (packages.get(path) ?? 0) + size);
  }
  return { bytes, packages, copies };
}

/** The built admin, as it is sent. */
export interface AdminBundle {
  readonly gzippedBytes: number;
  /** How often each mark stands in it. */
  readonly marks: Readonly<Record<string, number>>;
}

export async function adminIn(
  directory: string,
  marks: Readonly<Record<string, RegExp>>,
): Promise<AdminBundle> {
  const files = (await readdir(directory, { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
  const counts = Object.fromEntries(Object.keys(marks).map((name) => [name, 0]));
  let gzippedBytes = 0;
  for (const file of files) {
    const bytes = await readFile(join(directory, file));
    gzippedBytes += gzipSync(bytes).byteLength;
    const text = bytes.toString();
    for (const [name, mark] of Object.entries(marks))
      counts[name] = (counts[name] ?? 0) + (text.match(mark)?.length ?? 0);
  }
  return { gzippedBytes, marks: counts };
}

/** What is installed, and what became of it. */
export interface Look {
  readonly modules: Installed;
  readonly admin: AdminBundle;
}

/** What came a second time, in words: a host holds some packages once, or as often as its own maker has them. */
export function secondCopies(alone: Look, both: Look): string[] {
  const more = (where: string, before: Look["admin"]["marks"], after: Look["admin"]["marks"]) =>
    Object.keys(before).flatMap((name) =>
      after[name] === before[name]
        ? []
        : [`${name} is ${after[name]} times ${where} instead of ${before[name]}`],
    );
  const unseen = Object.entries(alone.admin.marks).flatMap(([name, count]) =>
    // A mark that is nowhere shows nothing.
    count === 0 ? [`nothing in the admin tells copies of ${name}`] : [],
  );
  return [
    ...more("installed", alone.modules.copies, both.modules.copies),
    ...more("in the admin", alone.admin.marks, both.admin.marks),
    ...unseen,
  ];
}
