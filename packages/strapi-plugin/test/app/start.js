const { createStrapi } = require("@strapi/strapi");

// The application as a process of its own, started as `strapi start` does. It ends with the process that started it, however
// that one ended.
process.once("disconnect", () => process.exit(1));
createStrapi({ appDir: __dirname, distDir: __dirname, serveAdminPanel: false })
  .start()
  .then(() => process.send?.("listening"));
