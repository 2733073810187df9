import { z } from "zod";
import type { Fact, SeenState } from "../events/index.ts";

/** As long as an event's id, which a fact's key becomes. */
const KEY_CHARS_MAX = 256;
const REF_CHARS_MAX = 200;
const visible = (charsMax: number) => z.string().regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${charsMax}}$`, "u"));

const storable = z.object({
  key: visible(KEY_CHARS_MAX),
  type: visible(REF_CHARS_MAX),
  entityId: visible(REF_CHARS_MAX),
  state: visible(REF_CHARS_MAX).optional(),
  occurredAt: z.iso.datetime({ offset: true }).optional(),
  doNotNotify: z.boolean().optional(),
});

/** Whether a fact can be stored: ids of a body that nobody signed may be anything. */
export function isStorable(fact: Fact): boolean {
  return storable.safeParse(fact).success;
}

/** Whether a state can be remembered; its word is hashed. */
export function isStorableState({ entityId }: SeenState): boolean {
  return isStorableId(entityId);
}

/** Whether the id of a record can be stored. */
export function isStorableId(id: string): boolean {
  return storable.shape.entityId.safeParse(id).success;
}

/** What happened, whatever it happened to. */
export function kindOf({ state, type }: Fact): string {
  return state ?? type;
}
