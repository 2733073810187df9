const { factories } = require("@strapi/strapi");

const ORDER = "api::order.order";

module.exports = factories.createCoreController(ORDER, ({ strapi }) => ({
  /** Past Strapi's documents: the entry is committed before any hook is called. */
  async byQuery(ctx) {
    ctx.body = { data: await strapi.db.query(ORDER).create({ data: ctx.request.body.data }) };
  },

  /** Many at once, also without a transaction around the write and its hooks. */
  async ship(ctx) {
    ctx.body = await strapi.db
      .query(ORDER)
      .updateMany({ where: ctx.request.body, data: { stage: "shipped" } });
  },

  /** Two writes in one transaction. Answers how long its connection waits for a lock by then. */
  async checkout(ctx) {
    await strapi.db.transaction(async ({ trx }) => {
      const { documentId } = await strapi.documents(ORDER).create({ data: ctx.request.body.data });
      const data = await strapi.documents(ORDER).update({ documentId, data: { language: "en" } });
      ctx.body = { data, lockTimeout: (await trx.raw("show lock_timeout")).rows[0].lock_timeout };
    });
  },

  /** What the plugin does every minute. */
  async sweep(ctx) {
    await strapi.plugin("webxkey").service("runtime").sweep();
    ctx.body = {};
  },
}));
