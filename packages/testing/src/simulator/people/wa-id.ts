import type { World } from "../world.ts";
import { asWhatsAppWrites } from "./rewritten-numbers.ts";

/** The digits under which WhatsApp knows whoever is dialled so. A number that was seeded with another one comes first. */
// behaviour: numbers-rewritten
export function waIdOf(world: World, digits: string): string {
  return world.waIds.get(digits) ?? (world.rewritesNumbers ? asWhatsAppWrites(digits) : digits);
}
