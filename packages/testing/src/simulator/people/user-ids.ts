import { digitsOf } from "../ids.ts";
import type { Person, World } from "../world.ts";

const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const USER_ID_DIGITS = 20;

export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

/** Calling codes of the countries that samples and tests use; anything else counts as US. */
const COUNTRIES: [callingCode: string, country: string][] = [
  ["971", "AE"],
  ["966", "SA"],
  ["94", "LK"],
  ["91", "IN"],
  ["62", "ID"],
  ["55", "BR"],
  ["54", "AR"],
  ["52", "MX"],
  ["49", "DE"],
  ["44", "GB"],
  ["34", "ES"],
  ["33", "FR"],
  ["20", "EG"],
  ["1", "US"],
];

export function countryOf(digits: string): { callingCode: string; country: string } {
  const found = COUNTRIES.find(([callingCode]) => digits.startsWith(callingCode));
  return { callingCode: found?.[0] ?? "1", country: found?.[1] ?? "US" };
}

/** The id of this person in this portfolio. It is made on first use and then stays. */
// behaviour: user-id-per-portfolio
export function userIdOf(world: World, person: Person, portfolioId: string): string {
  const known = person.userIds.get(portfolioId);
  if (known) return known;
  const { country } = countryOf(person.digits);
  return giveUserId(
    world,
    person,
    portfolioId,
    `${country}.${digitsOf(`${portfolioId}/${person.digits}`, USER_ID_DIGITS)}`,
  );
}

/** Another id than any that this person has had. */
export function newUserIdOf(person: Person, portfolioId: string): string {
  const { country } = countryOf(person.digits);
  const before = person.userIds.get(portfolioId) ?? "";
  return `${country}.${digitsOf(`${portfolioId}/${person.digits}/${before}`, USER_ID_DIGITS)}`;
}

export function giveUserId(world: World, person: Person, portfolioId: string, userId: string): string {
  person.userIds.set(portfolioId, userId);
  world.peopleByUserId.set(`${portfolioId}/${userId}`, person);
  return userId;
}

export function findByUserId(world: World, portfolioId: string, userId: string): Person | undefined {
  return world.peopleByUserId.get(`${portfolioId}/${userId}`);
}
