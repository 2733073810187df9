import type { Simulation } from "../simulation.ts";
import { SimulatorError } from "../simulator-error.ts";
import { type InboundMessage, secondsOf } from "../webhooks/bodies.ts";
import { type Person, type PhoneNumber, wabaOf } from "../world.ts";
import { type Appearance, appearanceOf, named } from "./contact.ts";
import { digitsOfPhone } from "./people.ts";
import { giveUserId, newUserIdOf } from "./user-ids.ts";
import { waIdOf } from "./wa-id.ts";

/** The person takes a new number to their account, and with it gets a new user id. The old number is anybody's again. */
// behaviour: number-changes
export async function changeNumber(sim: Simulation, person: Person, to: string): Promise<void> {
  const { world } = sim;
  const digits = waIdOf(world, digitsOfPhone(to));
  if (world.people.has(digits))
    throw new SimulatorError(409, `+${digits} is somebody else's. Choose a number that nobody has.`);
  const before = seenBy(sim, person);
  world.people.delete(person.digits);
  person.digits = digits;
  world.people.set(digits, person);
  renewUserIds(sim, person);
  const told = seenBy(sim, person).flatMap(({ number, seen: now }, index) => {
    const was = before[index]?.seen;
    if (was?.phone === undefined || now.phone === undefined) return [];
    const system = { type: "user_changed_number", wa_id: now.phone, body: "The number has changed." };
    return [tell(sim, person, number, { from: was.phone, type: "system", system })];
  });
  await Promise.all([...told, ...tellUserIds(sim, person, before)]);
}

/** The person keeps the number and gets a new user id. */
// behaviour: user-id-changes
export async function changeUserId(sim: Simulation, person: Person): Promise<void> {
  const before = seenBy(sim, person);
  renewUserIds(sim, person);
  await Promise.all(tellUserIds(sim, person, before));
}

function renewUserIds({ world }: Simulation, person: Person): void {
  for (const portfolioId of person.userIds.keys())
    giveUserId(world, person, portfolioId, newUserIdOf(person, portfolioId));
  for (const [portfolioId, parentUserId] of person.parentUserIds)
    person.parentUserIds.set(portfolioId, `${parentUserId}R`);
}

interface Seen {
  number: PhoneNumber;
  seen: Appearance;
}

/** What each business that the person has a chat with is told of them. */
function seenBy(sim: Simulation, person: Person): Seen[] {
  const numbers = new Set(person.thread.map(({ number }) => number));
  return [...numbers].map((number) => ({
    number,
    seen: named(sim, person, number, appearanceOf(sim.world, person, number)),
  }));
}

/** A message of the type `system`: who it was and who it is, without a number and without contacts. */
function tellUserIds(sim: Simulation, person: Person, before: readonly Seen[]): Promise<void>[] {
  return seenBy(sim, person).flatMap(({ number, seen: now }, index) => {
    const was = before[index]?.seen;
    if (!was || (was.userId ?? was.parentUserId) === undefined) return [];
    const system = {
      type: "user_changed_user_id",
      body: "The user id has changed.",
      ...(now.userId === undefined ? {} : { user_id: now.userId }),
      ...(was.userId === undefined ? {} : { previous_user_id: was.userId }),
      ...(now.parentUserId === undefined ? {} : { parent_user_id: now.parentUserId }),
      ...(was.parentUserId === undefined ? {} : { previous_parent_user_id: was.parentUserId }),
    };
    return [tell(sim, person, number, { type: "system", system })];
  });
}

function tell(
  sim: Simulation,
  person: Person,
  number: PhoneNumber,
  content: Omit<InboundMessage, "id" | "timestamp">,
): Promise<void> {
  const message: InboundMessage = {
    id: sim.ids.wamid(person.digits, "from_customer"),
    timestamp: secondsOf(sim.clock.now()),
    ...content,
  };
  sim.changed();
  return sim.outbox.tell(wabaOf(sim.world, number), {
    kind: "message",
    field: "messages",
    number,
    message,
    contact: undefined,
  });
}
