import { container } from "@medusajs/framework";
import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import type { ConfigModule } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, MedusaService, Modules } from "@medusajs/framework/utils";
import { createRuntime, type Runtime } from "../../engine/runtime.ts";
import { worksHere } from "../../engine/works-here.ts";
import { environment } from "../../env.ts";
import { readSettings } from "../../options.ts";
import { IntakeFact } from "./models/intake-fact.ts";
import { SweepCursor } from "./models/sweep-cursor.ts";

interface Dependencies {
  readonly configModule: ConfigModule;
  readonly [ContainerRegistrationKeys.PG_CONNECTION]: Knex;
}

/**
 * Medusa's handle on the plugin: the two tables as data models, and the runtime with the engine in it. A class because
 * Medusa makes modules so; what it does is in `engine/runtime.ts`.
 */
export class WebxkeyModuleService extends MedusaService({ IntakeFact, SweepCursor }) {
  readonly runtime: Runtime;
  readonly __hooks: {
    onApplicationStart(): Promise<void>;
    onApplicationPrepareShutdown(): Promise<void>;
    onApplicationShutdown(): Promise<void>;
  };

  constructor(dependencies: Dependencies, options: unknown) {
    // biome-ignore lint/complexity/noArguments: Medusa's generated base class reads all that its loader passes.
    super(...arguments);
    const runtime = createRuntime({
      settings: readSettings(options, environment),
      knex: dependencies[ContainerRegistrationKeys.PG_CONNECTION],
      host: () => ({
        query: container.resolve(ContainerRegistrationKeys.QUERY),
        notifications: container.resolve(Modules.NOTIFICATION),
      }),
      works: worksHere(dependencies.configModule, environment),
    });
    this.runtime = runtime;
    this.__hooks = {
      // Not awaited: the store answers at once, and neither the engine's database nor Meta can keep it from starting.
      onApplicationStart: async () => void runtime.start(),
      onApplicationPrepareShutdown: () => runtime.stop(),
      onApplicationShutdown: () => runtime.close(),
    };
  }
}
