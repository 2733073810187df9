import { oc } from "@orpc/contract";
import { z } from "zod";
import { time, uuid } from "../wire.ts";

const unsureCase = z.object({
  case_id: uuid,
  /** What the person wrote; null where they were erased. */
  text: z.string().nullable(),
  /** The person's number, masked; null where none is known. */
  from: z.string().nullable(),
  written_at: time,
  /** How many messages wait for the answer. */
  held: z.int(),
});

export const unsure = {
  /** Messages that may mean "stop", oldest first. Until one is answered nothing but security notices goes to its person. */
  list: oc
    .route({ method: "GET", path: "/v1/unsure", tags: ["consent"] })
    .output(z.object({ unsure: z.array(unsureCase) })),
  /** How many there are, without what they say. */
  count: oc
    .route({ method: "GET", path: "/v1/unsure/count", tags: ["consent"] })
    .output(z.object({ open: z.int() })),
  /** `opt_out`: it meant stop. `carry_on`: it did not, and what was held goes on. */
  answer: oc
    .route({ method: "POST", path: "/v1/unsure/{case_id}/answer", tags: ["consent"] })
    .input(z.strictObject({ case_id: uuid, answer: z.enum(["opt_out", "carry_on"]) }))
    .output(z.object({ answered: z.literal(true) })),
};

export type UnsureSummary = z.infer<typeof unsureCase>;
