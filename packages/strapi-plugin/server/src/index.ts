import { bootstrap } from "./bootstrap.ts";
import { controllers } from "./controllers.ts";
import { destroy } from "./destroy.ts";
import { environment } from "./env.ts";
import { readSettings } from "./options.ts";
import { register } from "./register.ts";
import { routes } from "./routes.ts";
import { services } from "./services.ts";

const plugin: Record<string, unknown> = {
  register,
  bootstrap,
  destroy,
  config: {
    default: {},
    /** Every problem at once, before anything starts. */
    validator: (config: unknown) => void readSettings(config, environment),
  },
  services,
  controllers,
  routes,
};

export default plugin;
