import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, REACT_MARKS } from "./host.ts";

export const strapi: Host = {
  name: "Strapi",
  folder: "strapi",
  plugin: "@webxkey/strapi-plugin-whatsapp",
  brings: ["@webxkey/core", "@webxkey/admin-kit", "@webxkey/host-kit"],
  dependencies: [
    "@strapi/strapi",
    "@strapi/plugin-users-permissions",
    "better-sqlite3",
    "react",
    "react-dom",
    "react-router-dom",
    "styled-components",
  ],
  otherDependencies: {},
  command: ["@strapi/strapi", "bin/strapi.js"],
  build: ["build"],
  builtFolder: ".",
  adminFolder: "build",
  start: () => ["start"],
  healthPath: "/_health",
  pluginPath: "/api/webxkey/meta",
  async database(opened) {
    const directory = await mkdtemp(join(tmpdir(), "webxkey-bench-"));
    opened.defer(() => rm(directory, { recursive: true, force: true }));
    return { DATABASE_FILE: join(directory, "data.db") };
  },
  single: ["react", "react-dom", "@strapi/design-system", "styled-components"],
  marks: { ...REACT_MARKS, "@strapi/design-system": /displayName\s*=\s*"Divider"/g },
};
