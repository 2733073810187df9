import { fits, ORDER_ROLES, type OrderRole, PERSON_ROLES } from "./attribute-roles.ts";
import type { Content, ContentAttribute } from "./mapping.ts";
import { attributesOf, type MappingForm, type PartForm, toldStates } from "./mapping-form.ts";

/** What is wrong, as the key of its text, by its pointer into the mapping that would be sent. */
export type MappingProblems = Readonly<Record<string, MappingProblem>>;
export type MappingProblem = `mapping.wrong.${
  | "type"
  | "attribute"
  | "gone"
  | "country"
  | "currency"
  | "event"
  | "state"
  | "twice"
  | "stateAttribute"
  | "wording"}`;

/** What can be said about the form without asking the server. */
export function mappingProblems(form: MappingForm, content: Content): MappingProblems {
  const { orders, account } = content.choices;
  if (!orders.some(({ uid }) => uid === form.contentType))
    return { "/order/content_type": "mapping.wrong.type" };
  const attributes = attributesOf(form, content);
  return {
    ...partProblems("/order/fields", form.order, ORDER_ROLES, attributes),
    ...neededOfOrder(form),
    ...stateProblems(form),
    ...consentProblems(form, attributes),
    ...(account.length > 0 && partProblems("/account", form.account, PERSON_ROLES, account)),
  };
}

/** Where what a state tells stands in the mapping, as an RFC 6901 pointer. */
export function statePointer(state: string): string {
  return `/order/states/${state.trim().replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function partProblems(
  at: string,
  { phones, attributes, values }: PartForm,
  roles: readonly OrderRole[],
  offered: readonly ContentAttribute[],
): MappingProblems {
  const problems: Record<string, MappingProblem> = {};
  phones.forEach((path, position) => {
    if (path !== "" && !fits(offered, "phone", path))
      problems[`${at}/phone/${position}`] = "mapping.wrong.gone";
  });
  for (const role of roles) {
    const path = attributes[role];
    if (path !== "" && !fits(offered, role, path)) problems[`${at}/${role}`] = "mapping.wrong.gone";
  }
  if (attributes.country === "" && !/^([A-Za-z]{2})?$/.test(values.country.trim()))
    problems[`${at}/country/value`] = "mapping.wrong.country";
  return problems;
}

function neededOfOrder({ order: { phones, attributes, values } }: MappingForm): MappingProblems {
  const problems: Record<string, MappingProblem> = {};
  if (phones[0] === "") problems["/order/fields/phone/0"] = "mapping.wrong.attribute";
  for (const role of ["code", "total"] as const)
    if (attributes[role] === "") problems[`/order/fields/${role}`] = "mapping.wrong.attribute";
  if (attributes.currency === "" && !/^[A-Za-z]{3}$/.test(values.currency.trim()))
    problems["/order/fields/currency/value"] = "mapping.wrong.currency";
  return problems;
}

function stateProblems(form: MappingForm): MappingProblems {
  const problems: Record<string, MappingProblem> = {};
  const told = toldStates(form);
  if (told.length === 0 && form.created === "") problems["/order/created"] = "mapping.wrong.event";
  if (told.length > 0 && form.order.attributes.state === "")
    problems["/order/fields/state"] = "mapping.wrong.stateAttribute";
  const seen = new Set<string>();
  for (const { state } of told) {
    const name = state.trim();
    if (name === "") problems[statePointer(name)] = "mapping.wrong.state";
    else if (seen.has(name)) problems[statePointer(name)] = "mapping.wrong.twice";
    seen.add(name);
  }
  return problems;
}

function consentProblems(
  { consentAttribute, consentPhone, wording }: MappingForm,
  attributes: readonly ContentAttribute[],
): MappingProblems {
  const at = "/order/fields/consent";
  if (consentAttribute === "") return {};
  if (!fits(attributes, "consent", consentAttribute)) return { [`${at}/attribute`]: "mapping.wrong.gone" };
  if (consentPhone !== "" && !fits(attributes, "phone", consentPhone))
    return { [`${at}/phone`]: "mapping.wrong.gone" };
  return wording === null ? { [`${at}/wording_id`]: "mapping.wrong.wording" } : {};
}
