import { PLUGIN_ID } from "./plugin-id.ts";

/** Where the pages are under Strapi's admin; of the two settings pages, under its `settings`. */
export const MESSAGES_PATH = `plugins/${PLUGIN_ID}`;
export const SETTINGS_PATH = `${PLUGIN_ID}/settings`;
export const MAPPING_PATH = `${PLUGIN_ID}/mapping`;
