import type { Core } from "@strapi/strapi";
import { runtimeOf } from "./engine/runtime-of.ts";

export async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  const runtime = runtimeOf(strapi);
  await runtime.stop();
  await runtime.close();
}
