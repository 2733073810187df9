import { parseArgs } from "node:util";
import { Problem } from "./bootstrap/terminal.mjs";

const USAGE = `npm run demo                   a Medusa store, its messages and a phone view, until Ctrl-C
npm run demo -- --strapi       a Strapi instead, whose orders are entries that its content API writes
npm run demo -- --once         without waiting; one JSON line of proof last, exit code 0 if it holds
npm run demo -- --strapi --once

PORT (9000, Strapi 1337) and SIMULATOR_PORT (4010) choose where the shop and the phone view listen.
DATABASE_CLIENT=postgres puts the Strapi on PostgreSQL 18 instead of SQLite.
`;

/**
 * Which shop the demo's flags ask for, before anything is installed or built.
 *
 * @returns what is built and run, as the other tasks have it; only `usage` where that was asked for.
 * @throws Problem that shows the flags there are.
 */
export function demoTask(args) {
  const { strapi, once, help } = readFlags(args);
  if (help) return { usage: USAGE };
  const app = strapi ? "demo-strapi" : "demo-medusa";
  return {
    build: `@webxkey/${app}`,
    // Strapi's pages take longest, and only who stays looks at them.
    ...(strapi && !once && { turboTasks: ["build:admin"] }),
    command: ["pnpm", "--silent", "--dir", `apps/${app}`, "run", "demo", ...(once ? ["--once"] : [])],
  };
}

function readFlags(args) {
  const flag = { type: "boolean" };
  try {
    return parseArgs({ args, options: { strapi: flag, once: flag, help: flag } }).values;
  } catch (error) {
    if (!error.code?.startsWith("ERR_PARSE_ARGS")) throw error;
    const [unknown] = args.filter((arg) => !["--strapi", "--once", "--help"].includes(arg));
    throw new Problem(`The demo does not know "${unknown}". What it knows:\n${USAGE}`);
  }
}
