import { openDatabase } from "@webxkey/chaos/database";
import { type Host, REACT_MARKS } from "./host.ts";

export const medusa: Host = {
  name: "Medusa",
  folder: "medusa",
  plugin: "@webxkey/medusa-plugin-whatsapp",
  brings: ["@webxkey/core", "@webxkey/admin-kit", "@webxkey/host-kit"],
  dependencies: ["@medusajs/admin-sdk", "@medusajs/cli", "@medusajs/framework", "@medusajs/medusa"],
  otherDependencies: {
    "@swc/core": "1.7.28",
    "@types/node": "24.0.0",
    "ts-node": "10.9.2",
    typescript: "5.9.3",
  },
  command: ["@medusajs/cli", "cli.js"],
  build: ["build"],
  builtFolder: ".medusa/server",
  adminFolder: ".medusa/server/public/admin",
  migrate: ["db:migrate", "--skip-scripts"],
  start: (port) => ["start", "--host", "127.0.0.1", "--port", String(port)],
  healthPath: "/health",
  pluginPath: "/hooks/webxkey/meta",
  async database(opened) {
    const { connectionString } = opened.use(await openDatabase({ durable: true }));
    return { DATABASE_URL: connectionString };
  },
  single: ["react", "react-dom", "@medusajs/ui"],
  marks: { ...REACT_MARKS, "@medusajs/ui": /displayName\s*=\s*"Table\.Row"/g },
};
