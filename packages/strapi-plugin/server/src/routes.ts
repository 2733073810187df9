/** What the engine's own addresses are made of, at most: `/v1/entities/order/{ref}/timeline`. */
const ENGINE_PATHS = [
  "/v1/:resource",
  "/v1/:resource/:id",
  "/v1/:resource/:id/:part",
  "/v1/:resource/:id/:part/:view",
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Who was signed in by Strapi; what they may do is asked where the route is answered. */
const config = { policies: ["admin::isAuthenticatedAdmin"] };

export const routes = {
  admin: {
    type: "admin",
    routes: [
      { method: "GET", path: "/mapping", handler: "admin.readMapping", config },
      { method: "PUT", path: "/mapping", handler: "admin.writeMapping", config },
      { method: "POST", path: "/mapping/preview", handler: "admin.previewMapping", config },
      { method: "GET", path: "/team", handler: "admin.listTeam", config },
      { method: "GET", path: "/intake", handler: "admin.listIntake", config },
      { method: "POST", path: "/intake/retry", handler: "admin.retryIntake", config },
      ...ENGINE_PATHS.flatMap((path) =>
        METHODS.map((method) => ({ method, path, handler: "admin.engine", config })),
      ),
    ],
  },
};
