const config = { auth: false };

/** What an application's own code does with its entries, beside Strapi's REST. */
module.exports = {
  routes: [
    { method: "POST", path: "/own/orders", handler: "order.byQuery", config },
    { method: "POST", path: "/own/shipments", handler: "order.ship", config },
    { method: "POST", path: "/own/checkouts", handler: "order.checkout", config },
    { method: "POST", path: "/own/sweeps", handler: "order.sweep", config },
  ],
};
