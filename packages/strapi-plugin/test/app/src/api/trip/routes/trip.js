const { factories } = require("@strapi/strapi");

// Open, as only a test's may be.
module.exports = factories.createCoreRouter("api::trip.trip", {
  config: { create: { auth: false }, update: { auth: false } },
});
