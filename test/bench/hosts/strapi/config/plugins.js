// A new Strapi application, and with WITH_PLUGIN what the plugin's README says to add.
module.exports = ({ env }) => ({
  "users-permissions": { config: { jwtSecret: env("HOST_SECRET") } },
  webxkey: {
    // An installed plugin is enabled unless it is told not to be.
    enabled: env.bool("WITH_PLUGIN", false),
    config: {
      shopName: "Lucky Shrub",
      owner: "owner@lucky-shrub.example",
      publicUrl: env("WEBXKEY_PUBLIC_URL"),
      rootKey: env("WEBXKEY_ROOT_KEY"),
    },
  },
});
