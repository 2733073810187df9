import { type GraphRefusal, refusal } from "../graph-errors.ts";
import { digitsOfPhone, personAt } from "../people/people.ts";
import { countryOf, findByUserId, isUserId } from "../people/user-ids.ts";
import { type Person, type PhoneNumber, type World, wabaOf } from "../world.ts";
import type { SendRequest } from "./send-request.ts";

export interface Recipient {
  input: string;
  toUserId: boolean;
  /** Absent when Meta would accept the message and then drop it without a word. */
  person?: Person;
}

const E164_DIGITS = /^\d{7,15}$/;

/** `to` wins over `recipient` when both are given. */
// behaviour: to-wins-over-recipient
export function findRecipient(
  world: World,
  number: PhoneNumber,
  request: SendRequest,
): Recipient | { refused: GraphRefusal } {
  const recipient =
    request.to === undefined
      ? findUserId(world, number, request.recipient ?? "")
      : findPhone(world, number, request.to);
  if (!("input" in recipient) || !recipient.person) return recipient;
  const { digits } = recipient.person;
  if (digits === number.digits) return { refused: refusal(131021) };
  // behaviour: test-number-allow-list
  if (number.allowedRecipients && !number.allowedRecipients.includes(digits))
    return { refused: refusal(131030) };
  return recipient;
}

function findPhone(world: World, number: PhoneNumber, to: string): Recipient | { refused: GraphRefusal } {
  // behaviour: user-id-in-to-is-dropped
  if (isUserId(to)) return { input: to, toUserId: false };
  const digits = withCountry(to, number);
  if (!E164_DIGITS.test(digits))
    return { refused: refusal(131009, `The parameter to is not a phone number.`) };
  return { input: to, toUserId: false, person: personAt(world, digits) };
}

function findUserId(
  world: World,
  number: PhoneNumber,
  userId: string,
): Recipient | { refused: GraphRefusal } {
  const { portfolioId } = wabaOf(world, number);
  const person = findByUserId(world, portfolioId, userId);
  // behaviour: user-id-of-another-portfolio
  if (!person)
    return { refused: refusal(131009, "The user ID is not known to the portfolio of this number.") };
  return { input: userId, toUserId: true, person };
}

/** Without `+` Meta puts the country of the business in front, unless the digits begin with it already. */
// behaviour: to-without-plus
function withCountry(to: string, number: PhoneNumber): string {
  const digits = digitsOfPhone(to);
  const { callingCode } = countryOf(number.digits);
  return to.trimStart().startsWith("+") || digits.startsWith(callingCode) ? digits : callingCode + digits;
}
