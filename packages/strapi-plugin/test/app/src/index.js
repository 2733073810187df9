const ORDER = "api::order.order";

module.exports = {
  /** A developer who gives attributes other names: `TEST_RENAMED=stage:phase,phone:mobile`. */
  register({ strapi }) {
    const { attributes } = strapi.contentTypes[ORDER];
    for (const renamed of process.env.TEST_RENAMED?.split(",") ?? []) {
      const [from, to] = renamed.split(":");
      attributes[to] = attributes[from];
      delete attributes[from];
    }
  },
  bootstrap() {},
};
