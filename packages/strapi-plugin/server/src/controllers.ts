import type { Core } from "@strapi/strapi";
import { engineRoute } from "./http/admin.ts";
import { listIntake, retryIntake } from "./http/intake-routes.ts";
import { previewMapping, readMapping, writeMapping } from "./http/mapping-routes.ts";
import { listTeam } from "./http/team-route.ts";

export const controllers = {
  admin: ({ strapi }: { strapi: Core.Strapi }) => ({
    engine: engineRoute(strapi),
    readMapping: readMapping(strapi),
    writeMapping: writeMapping(strapi),
    previewMapping: previewMapping(strapi),
    listIntake: listIntake(strapi),
    retryIntake: retryIntake(strapi),
    listTeam: listTeam(strapi),
  }),
};
