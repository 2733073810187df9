import type { Simulation } from "../simulation.ts";
import { secondsOf } from "../webhooks/bodies.ts";
import { type Person, wabaOf } from "../world.ts";
import { appearanceOf, named } from "./contact.ts";
import { numberFor } from "./phone-actions.ts";

/** A message of a chat from before the number was connected. */
export interface OldMessage {
  message: { type: string; [content: string]: unknown };
  /** Written by the shop, in the WhatsApp Business app. */
  byShop?: boolean | undefined;
  /** How long ago. */
  agoMs: number;
}

/** The shop shares its old chats: what it and the person wrote before the number was connected comes in one webhook. */
// behaviour: history
export function shareOldChat(
  sim: Simulation,
  person: Person,
  { messages, phoneNumberId }: { messages: OldMessage[]; phoneNumberId?: string | undefined },
): Promise<void> {
  const number = numberFor(sim, person, phoneNumberId);
  const { phone, userId, parentUserId } = named(sim, person, number, appearanceOf(sim.world, person, number));
  const ofPerson = {
    ...(phone === undefined ? {} : { from: phone }),
    ...(userId === undefined ? {} : { from_user_id: userId }),
    ...(parentUserId === undefined ? {} : { from_parent_user_id: parentUserId }),
  };
  const written = messages.map(({ message, byShop, agoMs }) => ({
    ...(byShop ? { from: number.digits, ...(phone === undefined ? {} : { to: phone }) } : ofPerson),
    id: sim.ids.wamid(phone ?? userId ?? person.digits, byShop ? "from_business" : "from_customer"),
    timestamp: secondsOf(sim.clock.now() - agoMs),
    ...message,
    history_context: { status: "READ", ...(byShop ? { from_me: true } : {}) },
  }));
  sim.changed();
  return sim.outbox.tell(wabaOf(sim.world, number), {
    kind: "field",
    field: "history",
    hasTime: false,
    number,
    value: {
      history: [
        {
          metadata: { phase: 0, chunk_order: 1, progress: 100 },
          threads: [{ id: phone ?? userId ?? parentUserId, messages: written }],
        },
      ],
    },
  });
}
