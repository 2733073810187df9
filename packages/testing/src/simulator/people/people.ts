import type { Person, World } from "../world.ts";
import type { UserIdMode } from "./user-id-modes.ts";
import { waIdOf } from "./wa-id.ts";

export interface PersonFacts {
  /** As dialled. */
  digits: string;
  name?: string | undefined;
  username?: string | undefined;
  userIdMode?: UserIdMode | undefined;
  onWhatsApp?: boolean | undefined;
  readsByThemselves?: boolean | undefined;
}

const PHONE_PUNCTUATION = /[\s+()-]/g;

export function digitsOfPhone(phone: string): string {
  return phone.replace(PHONE_PUNCTUATION, "");
}

export function putPerson(world: World, facts: PersonFacts): Person {
  const digits = waIdOf(world, facts.digits);
  const known = world.people.get(digits);
  const person: Person = known ?? {
    digits,
    name: `Customer ${facts.digits.slice(-4)}`,
    userIdMode: isAdopter(world, digits) ? "username_without_phone" : "default",
    userIds: new Map(),
    parentUserIds: new Map(),
    onWhatsApp: true,
    phoneIsOn: true,
    readsByThemselves: true,
    lastWroteMs: new Map(),
    enteredFromAdMs: new Map(),
    heldByAgent: new Set(),
    stoppedMarketing: new Set(),
    thread: [],
    waiting: [],
  };
  if (facts.name !== undefined) person.name = facts.name;
  if (facts.username !== undefined) person.username = facts.username;
  if (facts.userIdMode !== undefined) person.userIdMode = facts.userIdMode;
  if (facts.onWhatsApp !== undefined) person.onWhatsApp = facts.onWhatsApp;
  if (facts.readsByThemselves !== undefined) person.readsByThemselves = facts.readsByThemselves;
  world.people.set(person.digits, person);
  return person;
}

/** A number nobody seeded belongs to somebody on WhatsApp, so that tests need not announce every customer. */
// behaviour: unknown-recipients-exist
export function personAt(world: World, digits: string): Person {
  return world.people.get(waIdOf(world, digits)) ?? putPerson(world, { digits });
}

function isAdopter({ usernameAdopters }: World, digits: string): boolean {
  return usernameAdopters > 0 && Number(digits.slice(-6)) % usernameAdopters === 0;
}

export function usernameOf(person: Person): string {
  return person.username ?? `@customer${person.digits.slice(-4)}`;
}
