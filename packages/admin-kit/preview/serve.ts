import { bundlePreview } from "./bundle.ts";
import { startExampleApi } from "./example-api.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Every scenario on a port of its own, until it is interrupted. */
const site = await bundlePreview();
for (const [name, { shop, page }] of Object.entries(SCENARIOS)) {
  const { url } = await startExampleApi(shop(), site);
  process.stdout.write(`${name.padEnd(24)} ${url}/#${page}\n`);
}
