import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  contentType: string;
  bytes: Buffer;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const FONT_FILE = /^\/fonts\/([a-z-]+)\/((?:files\/)?[a-z0-9-]+\.(?:css|woff2))$/;
const PAGE_FILE = /^\/page\/([a-z-]+\.(?:js|css|svg))$/;

// Both from src/simulator and from dist/simulator the package's folder is two levels up.
const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
const fontPackages = new Map([
  ["noto-sans", require.resolve("@fontsource/noto-sans/package.json")],
  ["noto-sans-sinhala", require.resolve("@fontsource/noto-sans-sinhala/package.json")],
  ["noto-sans-tamil", require.resolve("@fontsource/noto-sans-tamil/package.json")],
  ["noto-sans-arabic", require.resolve("@fontsource/noto-sans-arabic/package.json")],
]);
const read = new Map<string, Asset>();

/** A file of the phone view or of its fonts; undefined when the path is none of them. */
export async function pageAsset(path: string): Promise<Asset | undefined> {
  const file = fileOf(path);
  if (file === undefined) return undefined;
  const known = read.get(file);
  if (known) return known;
  const bytes = await readFile(file).catch(() => undefined);
  const asset = bytes && { bytes, contentType: TYPES[extname(file)] ?? "application/octet-stream" };
  if (asset) read.set(file, asset);
  return asset;
}

function fileOf(path: string): string | undefined {
  if (path === "/" || path === "/phone") return join(packageFolder, "page", "index.html");
  const [, font, fontFile] = FONT_FILE.exec(path) ?? [];
  const fontPackage = fontPackages.get(font ?? "");
  if (fontPackage !== undefined && fontFile !== undefined) return join(dirname(fontPackage), fontFile);
  const page = PAGE_FILE.exec(path)?.[1];
  if (page === undefined) return undefined;
  return page.endsWith(".js") ? join(packageFolder, "dist", "page", page) : join(packageFolder, "page", page);
}
