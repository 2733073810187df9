import { join } from "node:path";
import type { Figure, FigureEntry, Scale } from "../figure.ts";
import { boot } from "../hosts/boot.ts";
import type { Host } from "../hosts/host.ts";
import { type Environment, type InstalledHost, installHost } from "../hosts/installed-host.ts";
import { medusa } from "../hosts/medusa.ts";
import { adminIn, type Installed, installedIn, type Look, secondCopies } from "../hosts/sizes.ts";
import { strapi } from "../hosts/strapi.ts";
import { rounded, spreadOf } from "../statistics.ts";

const PAIRS = 7;
const ADMIN_KB_MAX = 150;
const LARGEST_SHOWN = 4;
const WITH_PLUGIN: Environment = { WITH_PLUGIN: "true" };

/** What a plugin costs the application that it is installed into: disk, start and admin, each beside the application alone. */
export const footprint: FigureEntry = {
  name: "footprint",
  async run(scale) {
    const figures: Figure[] = [];
    for (const host of [medusa, strapi]) figures.push(...(await footprintIn(host, scale)));
    return figures;
  },
};

async function footprintIn(host: Host, scale: Scale): Promise<Figure[]> {
  await using opened = new AsyncDisposableStack();
  const installed = opened.use(await installHost(host));
  const { directory } = installed;
  const look = async (env: Environment): Promise<Look> => {
    await installed.run(host.build, env);
    return {
      modules: await installedIn(directory, host.single),
      admin: await adminIn(join(directory, host.adminFolder), host.marks),
    };
  };
  const alone = await look({});
  await installed.addPlugin();
  const both = await look(WITH_PLUGIN);
  const boots = await bootInTurn(host, installed, opened, scale.of(PAIRS));
  return [
    installFigure(host, alone.modules, both.modules),
    bootFigure(host, boots),
    adminFigure(host, alone, both),
  ];
}

function installFigure({ name, plugin }: Host, alone: Installed, both: Installed): Figure {
  const added = [...both.packages]
    .filter(([path]) => !alone.packages.has(path))
    .sort(([, one], [, other]) => other - one);
  const shown = added
    .slice(0, LARGEST_SHOWN)
    .map(([path, bytes]) => `${path.slice("node_modules/".length, -1)} ${rounded(bytes / 1e6)}`);
  return {
    figure: `install size in ${name}`,
    what: `Bytes of files in node_modules that \`npm install ${plugin}\` adds to a new ${name} application.`,
    target: "printed",
    reached: true,
    values: {
      "MB added": rounded((both.bytes - alone.bytes) / 1e6),
      "packages added": added.length,
      "MB of the largest of them": shown.join(", "),
      "MB of the application alone": rounded(alone.bytes / 1e6),
      "packages of the application alone": alone.packages.size,
    },
  };
}

type Boots = { readonly alone: readonly number[]; readonly both: readonly number[] };

/** One after the other, so that a machine that slows down slows both. The first pair is not counted: it finds cold files. */
async function bootInTurn(
  host: Host,
  installed: InstalledHost,
  opened: AsyncDisposableStack,
  pairs: number,
): Promise<Boots> {
  const sides = [];
  for (const plugin of [{}, WITH_PLUGIN]) {
    const env: Environment = { ...(await host.database(opened)), ...plugin };
    if (host.migrate) await installed.run(host.migrate, env, join(installed.directory, host.builtFolder));
    sides.push({ env, ms: [] as number[] });
  }
  for (let pair = 0; pair <= pairs; pair += 1) {
    for (const { env, ms } of sides) {
      const booted = await boot(host, installed, env);
      if (booted.hasPlugin !== "WITH_PLUGIN" in env)
        throw new Error(
          `${host.name} ${booted.hasPlugin ? "has" : "lacks"} the plugin: this boot proves nothing.`,
        );
      if (pair > 0) ms.push(booted.ms);
    }
  }
  const [alone, both] = sides;
  return { alone: alone?.ms ?? [], both: both?.ms ?? [] };
}

function bootFigure({ name }: Host, { alone, both }: Boots): Figure {
  const added = both.map((ms, pair) => ms - (alone[pair] ?? Number.NaN));
  const show = (values: readonly number[]) => {
    const { median, min, max } = spreadOf(values);
    return `${rounded(median)} (${rounded(min)} to ${rounded(max)})`;
  };
  return {
    figure: `boot time in ${name}`,
    what: `From the start of the process to the first healthy answer of a new ${name} in production, with the plugin and without in turn, ${both.length} pairs.`,
    target: "printed",
    reached: true,
    values: { "ms added": show(added), "ms alone": show(alone), "ms with the plugin": show(both) },
  };
}

function adminFigure({ name, single }: Host, alone: Look, both: Look): Figure {
  const addedKb = (both.admin.gzippedBytes - alone.admin.gzippedBytes) / 1e3;
  const faults = secondCopies(alone, both);
  if (addedKb <= 0) throw new Error(`The plugin's pages are not in the admin of ${name}.`);
  return {
    figure: `admin bundle in ${name}`,
    what: `Gzipped scripts and styles of the built admin, with the plugin less without it; and whether ${single.join(", ")} came a second time.`,
    target: `at most ${ADMIN_KB_MAX} kB, no second copy`,
    reached: addedKb <= ADMIN_KB_MAX && faults.length === 0,
    values: {
      "kB added": rounded(addedKb),
      "kB of the admin alone": rounded(alone.admin.gzippedBytes / 1e3),
      "second copies": faults.join("; ") || "none",
    },
  };
}
