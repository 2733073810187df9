import type { Occasion } from "../faults.ts";
import type { Simulation } from "../simulation.ts";
import type { WebhookContact } from "../webhooks/bodies.ts";
import { type Person, type PhoneNumber, type World, wabaOf } from "../world.ts";
import { usernameOf } from "./people.ts";
import type { UserIdMode } from "./user-id-modes.ts";
import { userIdOf } from "./user-ids.ts";

/** How a person appears to one business: which of phone, user id and username it is told. */
export interface Appearance {
  contact: WebhookContact;
  /** Omitted, not empty, when the business may not see the phone. */
  phone: string | undefined;
  userId: string | undefined;
  parentUserId: string | undefined;
}

export function occasionOf(number: PhoneNumber, person: Person): Occasion {
  return { phoneNumberId: number.id, phone: person.digits };
}

/** As a fault wants the person to be called. */
export function named(
  { faults }: Pick<Simulation, "faults">,
  person: Person,
  number: PhoneNumber,
  seen: Appearance,
): Appearance {
  if (!seen.parentUserId || !faults.strike(["parent_id_only"], occasionOf(number, person))) return seen;
  const { user_id: _, ...contact } = seen.contact;
  return { ...seen, userId: undefined, contact };
}

// behaviour: phone-omitted-not-empty
export function appearanceOf(
  world: World,
  person: Person,
  number: PhoneNumber,
  mode: UserIdMode = person.userIdMode,
): Appearance {
  const { portfolioId } = wabaOf(world, number);
  const isLegacy = mode === "legacy";
  const hasUsername = mode === "username_with_phone" || mode === "username_without_phone";
  const phone = mode === "username_without_phone" ? undefined : person.digits;
  const userId = isLegacy ? undefined : userIdOf(world, person, portfolioId);
  const parentUserId = isLegacy ? undefined : person.parentUserIds.get(portfolioId);
  return {
    phone,
    userId,
    parentUserId,
    contact: {
      profile: { name: person.name, ...(hasUsername ? { username: usernameOf(person) } : {}) },
      ...(phone === undefined ? {} : { wa_id: phone }),
      ...(userId === undefined ? {} : { user_id: userId }),
      ...(parentUserId === undefined ? {} : { parent_user_id: parentUserId }),
    },
  };
}
