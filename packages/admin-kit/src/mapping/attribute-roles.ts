import type { ContentAttribute } from "./mapping.ts";

/** What an attribute can be for, of a person and of an order, in the order of the form. */
export const PERSON_ROLES = ["name", "locale", "country"] as const;
export const ORDER_ROLES = [
  ...PERSON_ROLES,
  "code",
  "total",
  "currency",
  "paid",
  "refunded",
  "state",
] as const;

export type OrderRole = (typeof ORDER_ROLES)[number];
export type Role = OrderRole | "phone" | "consent";

const TEXT = ["string", "text", "enumeration", "uid"];
const NUMBER_OR_TEXT = ["string", "text", "uid", "integer", "biginteger"];
const AMOUNT = ["decimal", "float", "integer", "biginteger", "string"];

/** Which types of attributes can be what. */
const FITTING_TYPES: Readonly<Record<Role, readonly string[]>> = {
  phone: NUMBER_OR_TEXT,
  name: TEXT,
  locale: TEXT,
  country: TEXT,
  code: NUMBER_OR_TEXT,
  total: AMOUNT,
  currency: TEXT,
  paid: AMOUNT,
  refunded: AMOUNT,
  state: ["enumeration", "string"],
  consent: ["boolean"],
};

/** How shops usually name them, in lower-case letters only, the most telling first. */
const USUAL_NAMES: Readonly<Record<Role, readonly string[]>> = {
  phone: ["phone", "phonenumber", "mobile", "whatsapp", "customerphone"],
  name: ["name", "customername", "fullname", "firstname"],
  locale: ["locale", "language"],
  country: ["country", "countrycode"],
  code: ["code", "ordernumber", "number", "ordercode", "reference"],
  total: ["total", "totalamount", "totalprice", "grandtotal", "amount"],
  currency: ["currency", "currencycode"],
  paid: ["paidamount", "amountpaid"],
  refunded: ["refundedamount", "amountrefunded"],
  state: ["state", "status", "orderstate", "orderstatus"],
  // That somebody agreed is never guessed.
  consent: [],
};

/** The attributes that can be what is asked for. The server says the same, and has the last word. */
export function fittingAttributes(
  attributes: readonly ContentAttribute[],
  role: Role,
): readonly ContentAttribute[] {
  const mayBePrivate = role === "phone" || role === "consent";
  // A change of state is found where the entry itself is written, without looking into its components.
  const mayBeInComponent = role !== "state";
  return attributes.filter(
    (attribute) =>
      FITTING_TYPES[role].includes(attribute.type) &&
      (mayBePrivate || !attribute.private) &&
      (mayBeInComponent || !attribute.path.includes(".")),
  );
}

export function fits(attributes: readonly ContentAttribute[], role: Role, path: string): boolean {
  return fittingAttributes(attributes, role).some((one) => one.path === path);
}

/** The attribute that is usually called so; empty where there is none. A first guess, which the form shows. */
export function usualAttribute(attributes: readonly ContentAttribute[], role: Role): string {
  const fitting = fittingAttributes(attributes, role);
  const usual = USUAL_NAMES[role].flatMap((name) => fitting.filter(({ path }) => plainName(path) === name));
  return usual[0]?.path ?? "";
}

function plainName(path: string): string {
  return path
    .slice(path.lastIndexOf(".") + 1)
    .toLowerCase()
    .replace(/[^a-z]/g, "");
}
