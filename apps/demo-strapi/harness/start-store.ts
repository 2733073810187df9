import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Store, serve } from "@webxkey/demo-kit/process";
import getPort from "get-port";
import { APP_DIRECTORY, type StoreEnvironment, spawnStrapi } from "./strapi-process.ts";

export type StartOptions = StoreEnvironment & {
  /** A free one unless given. */
  port?: number | undefined;
  /** Whether it serves the admin's pages, which `build:admin` has made. It does not unless told. */
  adminPanel?: boolean | undefined;
};

/**
 * Starts the application as a process of its own and returns when it answers. In an empty database Strapi makes its tables on the
 * way, which takes a few seconds.
 *
 * @example
 * await using store = await startStore({ directory });
 * const { admin, shop } = await openStore(store.url);
 */
export async function startStore({ adminPanel = false, ...options }: StartOptions): Promise<Store> {
  if (adminPanel && !existsSync(join(APP_DIRECTORY, "build", "index.html"))) {
    throw new Error(
      "The admin's pages were not built. Build them first: pnpm turbo run build:admin --filter @webxkey/demo-strapi",
    );
  }
  const port = options.port ?? (await getPort({ host: "127.0.0.1" }));
  const url = `http://127.0.0.1:${port}`;
  const strapi = spawnStrapi(["start"], {
    ...options,
    publicUrl: options.publicUrl ?? url,
    env: { PORT: String(port), SERVE_ADMIN_PANEL: String(adminPanel), ...options.env },
  });
  return serve(strapi, url, "/_health");
}
