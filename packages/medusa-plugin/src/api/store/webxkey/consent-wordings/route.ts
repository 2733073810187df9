import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { wordingsIn } from "../../../../consent/wordings.ts";
import { runtimeOf } from "../../../../engine/index.ts";

/** What to show beside the box at checkout, which is never ticked beforehand: `?language=si-LK`. */
export async function GET(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const { settings } = runtimeOf(request.scope);
  const { language } = request.query;
  const wordings = wordingsIn(
    settings.wordings,
    typeof language === "string" ? language : undefined,
    settings.defaultLocale,
  );
  response.json({ wordings });
}
