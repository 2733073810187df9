// Which way imports go. The rules are those of ARCHITECTURE.md; each names what it protects.

const CORE = "^packages/core/src/";
/** Tests may import more than what they test: the simulator, a database, a browser. */
const TEST_FILE = "\\.test\\.tsx?$|^packages/[^/]+/test/|/vitest\\.config\\.ts$";

/** Folders of the core, lowest first. A folder imports from lower layers only, and not from its neighbours. */
const LAYERS = [
  ["kernel"],
  ["storage"],
  ["keys"],
  ["audit"],
  ["workspaces", "access"],
  ["contacts"],
  ["consent", "templates"],
  ["senders", "conversations"],
  ["events"],
  ["rules"],
  ["policy"],
  ["outbox"],
  ["inbox", "confirmations", "connections"],
  ["alerts", "chores", "monitoring", "reports"],
  ["http"],
  ["node"],
];

const folder = (...names) => `${CORE}(${names.join("|")})/`;

const layerRules = LAYERS.flatMap((layer, index) =>
  layer.map((name) => {
    const neighbours = layer.filter((other) => other !== name);
    const forbidden = [...neighbours, ...LAYERS.slice(index + 1).flat()];
    return {
      name: `core-order-${name}`,
      comment: `${name} imports only from the folders before it in the order of ARCHITECTURE.md.`,
      severity: "error",
      from: { path: folder(name), pathNot: TEST_FILE },
      to: { path: folder(...forbidden) },
    };
  }),
).filter(({ to }) => !to.path.includes("()"));

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or hide a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      comment: "An import that cannot be found hides from every other rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    ...layerRules,
    {
      name: "core-meta-is-a-leaf",
      comment: "The Graph client knows Meta and the kernel, no feature.",
      severity: "error",
      from: { path: folder("meta"), pathNot: TEST_FILE },
      to: { path: CORE, pathNot: folder("meta", "kernel") },
    },
    {
      name: "core-channels-below-composition",
      comment: "A channel implementation is known to the composition root and the package's front door only.",
      severity: "error",
      from: { path: CORE, pathNot: [`${CORE}(create-messaging|index)\\.ts$`, `${CORE}channels/`, TEST_FILE] },
      to: { path: `${CORE}channels/[^/]+/` },
    },
    {
      name: "core-channels-know-no-other-channel",
      comment: "Channels share the Graph client, not each other's code.",
      severity: "error",
      from: { path: `${CORE}channels/([^/]+)/` },
      to: { path: `${CORE}channels/[^/]+/`, pathNot: `${CORE}channels/$1/` },
    },
    {
      name: "core-store-is-private",
      comment: "A feature's SQL is reached through the feature.",
      severity: "error",
      from: { path: `(${CORE}[^/]+/)` },
      to: { path: `${CORE}.*-store\\.ts$`, pathNot: "^$1" },
    },
    {
      name: "core-store-is-private-from-the-root",
      comment: "The facade and the composition root wire features, not their SQL.",
      severity: "error",
      from: { path: `${CORE}[^/]+\\.ts$` },
      to: { path: `${CORE}.*-store\\.ts$` },
    },
    {
      name: "core-composition-is-the-top",
      comment: "No feature reaches up to what wires it.",
      severity: "error",
      from: { path: `${CORE}[^/]+/`, pathNot: TEST_FILE },
      to: { path: `${CORE}(create-messaging|index)\\.ts$` },
    },
    {
      name: "core-http-by-the-front-door",
      comment:
        "HTTP reaches a feature through its index.ts; the table of rights has no imports and runs in browsers.",
      severity: "error",
      from: { path: folder("http"), pathNot: TEST_FILE },
      to: {
        path: `${CORE}[^/]+/`,
        pathNot: [folder("http", "kernel"), `${CORE}[^/]+/index\\.ts$`, `${CORE}access/rights\\.ts$`],
      },
    },
    {
      name: "core-retention-and-privacy-know-no-feature",
      comment: "They walk the data map of every feature and import none.",
      severity: "error",
      from: { path: folder("retention", "privacy"), pathNot: TEST_FILE },
      to: { path: CORE, pathNot: folder("retention", "privacy", "kernel", "storage", "keys", "audit") },
    },
    {
      name: "core-knows-no-platform",
      comment: "The engine runs without any shop or web framework.",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: "(^|node_modules/)(@medusajs|@strapi|@vendure|express|fastify|koa|hono|next|react)(/|$)" },
    },
    {
      name: "core-imports-no-package",
      severity: "error",
      from: { path: "^packages/core/", pathNot: TEST_FILE },
      to: { path: "^(packages/(?!core/)|apps/|test/)" },
    },
    {
      name: "testing-imports-core-only",
      severity: "error",
      from: { path: "^packages/testing/", pathNot: TEST_FILE },
      to: { path: "^(packages/(?!testing/|core/)|apps/|test/)" },
    },
    {
      name: "admin-kit-imports-core-only",
      severity: "error",
      from: { path: "^packages/admin-kit/", pathNot: TEST_FILE },
      to: { path: "^(packages/(?!admin-kit/|core/)|apps/|test/)" },
    },
    {
      name: "host-kit-imports-core-only",
      comment: "What the plugins share knows no platform.",
      severity: "error",
      from: { path: "^packages/host-kit/", pathNot: TEST_FILE },
      to: { path: "^(packages/(?!host-kit/|core/)|apps/|test/)|(^|node_modules/)(@medusajs|@strapi)(/|$)" },
    },
    {
      name: "plugins-import-the-kits-and-core",
      severity: "error",
      from: { path: "^packages/(medusa-plugin|strapi-plugin|webhook-connectors)/", pathNot: TEST_FILE },
      to: { path: "^(packages/|apps/|test/)", pathNot: "^packages/($1|admin-kit|host-kit|core)/" },
    },
    {
      name: "nothing-imports-apps",
      comment: "Apps are ends. Only the suites that drive them import them.",
      severity: "error",
      from: { pathNot: "^(apps|test)/" },
      to: { path: "^apps/" },
    },
    {
      name: "no-development-dependency-at-run-time",
      comment: "What ships must install without what tests need.",
      severity: "error",
      from: { path: "^(packages/[^/]+|apps/gateway)/src/", pathNot: [TEST_FILE, "/test(s|ing)?/"] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/|/\\.medusa/" },
    exclude: { path: "(^|/)(\\.artifacts|\\.turbo|\\.strapi)/|^apps/demo-strapi/build/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "default"],
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".d.ts", ".json"],
    },
  },
};
