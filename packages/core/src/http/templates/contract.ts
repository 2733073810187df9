import { oc } from "@orpc/contract";
import { z } from "zod";
import { time } from "../wire.ts";

export const templateSummary = z.object({
  waba_id: z.string(),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string(),
  quality: z.string().nullable(),
  synced_at: time,
});

export const templates = {
  list: oc
    .route({ method: "GET", path: "/v1/templates", tags: ["templates"] })
    .output(z.object({ templates: z.array(templateSummary) })),
  sync: oc
    .route({ method: "POST", path: "/v1/templates/sync", tags: ["templates"] })
    .output(z.object({ synced: z.number().int() })),
};

export type TemplateSummary = z.infer<typeof templateSummary>;
