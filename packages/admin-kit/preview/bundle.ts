import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The preview as the files of a small site. */
export async function bundlePreview(): Promise<(path: string) => { type: string; body: string } | null> {
  const { outputFiles } = await build({
    entryPoints: [here("page.tsx")],
    bundle: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "silent",
  });
  const script = outputFiles[0]?.text ?? "";
  return (path) => {
    if (path === "/") return { type: "text/html; charset=utf-8", body: PAGE };
    return path === "/page.js" ? { type: "text/javascript; charset=utf-8", body: script } : null;
  };
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>The pages, on an example shop</title>
    <link rel="icon" href="data:,">
    <style>body { margin: 0; font-family: system-ui, sans-serif; }</style>
  </head>
  <body><div id="root"></div><script type="module" src="/page.js"></script></body>
</html>
`;

/** What the pages weigh in a host's bundle: minified, without React, gzipped. */
export async function bundlePages(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [here("../src/index.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    external: ["react", "react-dom"],
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
