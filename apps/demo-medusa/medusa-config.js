import { defineConfig } from "@medusajs/framework/utils";
import { environment } from "./environment.ts";

// JavaScript, because Medusa looks for this file by its name without an ending and Node finds only `.js` so.
export default defineConfig({
  projectConfig: {
    databaseUrl: environment.DATABASE_URL,
    workerMode: environment.MEDUSA_WORKER_MODE,
    http: {
      storeCors: "",
      adminCors: "",
      authCors: "",
      jwtSecret: environment.JWT_SECRET,
      cookieSecret: environment.COOKIE_SECRET,
    },
    // Production cookies are for HTTPS only; this store is served over plain HTTP on the loopback address.
    cookieOptions: { secure: false, sameSite: "lax" },
  },
});
