/** The plugin's name in Strapi: of its configuration, its permissions and the path of its admin routes. */
export const PLUGIN_ID = "webxkey";
