import { runCommand } from "@webxkey/demo-kit";
import { strapi } from "./strapi.ts";

await runCommand(strapi);
