import { oc } from "@orpc/contract";
import { z } from "zod";
import { PURPOSES } from "../../kernel/vocabulary.ts";
import { text, time } from "../wire.ts";

const purpose = z.enum(PURPOSES).exclude(["account-security"]);

export const wordingSummary = z.object({
  id: z.string(),
  version: z.string(),
  /** BCP 47. */
  language: z.string(),
  /** What people agree to with these words. */
  purpose,
  text: z.string(),
  /** Nobody agreed to them before. */
  created_at: time,
});

export const wordings = {
  list: oc
    .route({ method: "GET", path: "/v1/wordings", tags: ["consent"] })
    .output(z.object({ wordings: z.array(wordingSummary) })),
  /** The same again changes nothing; other words under a name that is taken are answered 409. */
  create: oc
    .route({ method: "POST", path: "/v1/wordings", successStatus: 201, tags: ["consent"] })
    .input(z.strictObject({ id: text(80), version: text(40), language: text(35), purpose, text: text(2000) }))
    .output(wordingSummary),
};

export type WordingSummary = z.infer<typeof wordingSummary>;
