/** The plugin's name in Strapi: of its permissions, its admin pages and the path of its admin routes. */
export const PLUGIN_ID = "webxkey";
