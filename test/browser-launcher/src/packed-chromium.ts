import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar-fs";

const CACHE_DIR = fileURLToPath(new URL("../../../.cache/", import.meta.url));
const PACKAGE_DIR = fileURLToPath(new URL("../", import.meta.resolve("@sparticuz/chromium")));

export type UnpackedChromium = { executablePath: string; env: Record<string, string> };

/**
 * Unpacks the Chromium of `@sparticuz/chromium`, 210 MB, once into the repository's `.cache` directory.
 *
 * The package's own unpacking goes to fixed names in the temporary directory, where a second process can meet a
 * half-written program, and leaves out the libraries that a machine without a desktop lacks (NSS, NSPR, expat).
 */
export async function unpackChromium(cacheDir = CACHE_DIR): Promise<UnpackedChromium> {
  const { version } = JSON.parse(await readFile(join(PACKAGE_DIR, "package.json"), "utf8")) as {
    version: string;
  };
  const dir = join(cacheDir, `chromium-${version}-${process.arch}`);
  if (!existsSync(dir)) await unpackInto(dir);
  return {
    executablePath: join(dir, "chromium"),
    env: { FONTCONFIG_FILE: join(dir, "fonts.conf"), LD_LIBRARY_PATH: join(dir, "al2023", "lib") },
  };
}

/** Appears under its final name only when it is complete; of two processes at it, the first to finish wins. */
async function unpackInto(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}-`);
  const packed = (name: string) => join(PACKAGE_DIR, "bin", name);
  await Promise.all([
    unbrotli(packed("chromium.br"), createWriteStream(join(partial, "chromium"), { mode: 0o755 })),
    unbrotli(packed("fonts.tar.br"), extract(join(partial, "fonts"))),
    unbrotli(packed("al2023.tar.br"), extract(join(partial, "al2023"))),
    writeFile(join(partial, "fonts.conf"), fontConfiguration(dir)),
  ]);
  try {
    await rename(partial, dir);
  } catch (error) {
    await rm(partial, { recursive: true });
    if (!existsSync(dir)) throw error;
  }
}

async function unbrotli(file: string, target: NodeJS.WritableStream): Promise<void> {
  await pipeline(createReadStream(file), createBrotliDecompress(), target);
}

/** The package's fonts only, so that pages look the same on every machine; other scripts need fonts of the page. */
function fontConfiguration(dir: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(dir, "fonts")}</dir>
  <cachedir>${join(dir, "fonts-cache")}</cachedir>
</fontconfig>
`;
}
