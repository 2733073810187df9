import { ORDER_ROLES, type OrderRole, usualAttribute } from "./attribute-roles.ts";
import {
  type AttributeOr,
  type Content,
  type ContentAttribute,
  type ContentType,
  type Mapping,
  type OrderFields,
  type PersonFields,
  PHONES_MAX,
  type WordingRef,
} from "./mapping.ts";

/** What is being edited. An empty text means that nothing is chosen. */
export interface MappingForm {
  readonly contentType: string;
  readonly order: PartForm;
  /** What an entry is that comes to be. */
  readonly created: string;
  readonly states: readonly StateRow[];
  readonly consentAttribute: string;
  /** Whose number the box is ticked for, among several. */
  readonly consentPhone: string;
  readonly wording: WordingRef | null;
  readonly account: PartForm;
}

/** Where the order, or the account, holds what. Of an account only the roles of a person are looked at. */
export interface PartForm {
  /** The best place first; the last one is empty while another could be added. */
  readonly phones: readonly string[];
  readonly attributes: Readonly<Record<OrderRole, string>>;
  /** What holds for every entry; each counts only where no attribute is chosen for it. */
  readonly values: Readonly<Record<"country" | "currency", string>>;
}

export interface StateRow {
  readonly state: string;
  /** Empty: this state tells nothing, and is not sent. */
  readonly event: string;
}

const NO_VALUES = { country: "", currency: "" } as const;
const NO_PART: PartForm = { phones: [""], attributes: eachOf(() => ""), values: NO_VALUES };

export const NO_MAPPING: MappingForm = {
  contentType: "",
  order: NO_PART,
  created: "",
  states: [],
  consentAttribute: "",
  consentPhone: "",
  wording: null,
  account: NO_PART,
};

/** Another content type was chosen: its part begins anew, from what its attributes are usually called. */
export function withContentType(form: MappingForm, type: ContentType | undefined): MappingForm {
  const { account } = form;
  if (type === undefined) return { ...NO_MAPPING, account };
  const order: PartForm = {
    phones: withOneMore([usualAttribute(type.attributes, "phone")]),
    attributes: eachOf((role) => usualAttribute(type.attributes, role)),
    values: NO_VALUES,
  };
  return withStates({ ...NO_MAPPING, account, contentType: type.uid, order }, type.attributes);
}

/** The form of a saved mapping. What it names and the content no longer has is kept, so that it can be seen. */
export function formOf({ order, account }: Mapping, content: Content): MappingForm {
  const form: MappingForm = {
    ...NO_MAPPING,
    ...(order && orderForm(order)),
    account: account === null ? NO_PART : personForm(account),
  };
  return withStates(form, attributesOf(form, content));
}

function orderForm({ content_type, created, states, fields }: NonNullable<Mapping["order"]>) {
  const { code, total, currency, paid = "", refunded = "", state = "", consent } = fields;
  const person = personForm(fields);
  const attributes = { code, total, currency: pathOf(currency), paid, refunded, state };
  return {
    contentType: content_type,
    order: {
      phones: person.phones,
      attributes: { ...person.attributes, ...attributes },
      values: { ...person.values, currency: fixedValueOf(currency) },
    },
    created: created ?? "",
    states: Object.entries(states).map(([name, event]) => ({ state: name, event })),
    consentAttribute: consent?.attribute ?? "",
    consentPhone: consent?.phone ?? "",
    wording: consent
      ? { id: consent.wording_id, version: consent.wording_version, language: consent.wording_language }
      : null,
  };
}

function personForm({ phone, country, name = "", locale = "" }: PersonFields): PartForm {
  return {
    phones: withOneMore(phone),
    attributes: { ...NO_PART.attributes, name, locale, country: pathOf(country) },
    values: { ...NO_VALUES, country: fixedValueOf(country) },
  };
}

/** Of the chosen content type; none where nothing is chosen or what was is gone. */
export function attributesOf(
  { contentType }: MappingForm,
  { choices }: Content,
): readonly ContentAttribute[] {
  return choices.orders.find(({ uid }) => uid === contentType)?.attributes ?? [];
}

/** The phones with one of them changed; an emptied one closes the gap. */
export function withPhone(phones: readonly string[], position: number, path: string): readonly string[] {
  return withOneMore(phones.map((one, at) => (at === position ? path : one)));
}

function withOneMore(phones: readonly string[]): readonly string[] {
  const chosen = phones.filter((path) => path !== "");
  return chosen.length < PHONES_MAX ? [...chosen, ""] : chosen;
}

/** The form with the order's part changed; another state attribute has other states. */
export function withOrder(
  form: MappingForm,
  order: PartForm,
  attributes: readonly ContentAttribute[],
): MappingForm {
  const changed = { ...form, order };
  return order.attributes.state === form.order.attributes.state ? changed : withStates(changed, attributes);
}

/** A row for each value that the state can have, and for each that something was said about. */
function withStates(form: MappingForm, attributes: readonly ContentAttribute[]): MappingForm {
  const values = attributes.find(({ path }) => path === form.order.attributes.state)?.values ?? [];
  const told = form.states.filter(({ event }) => event !== "");
  return {
    ...form,
    states: [
      ...values.map((state) => told.find((row) => row.state === state) ?? { state, event: "" }),
      ...told.filter(({ state }) => !values.includes(state)),
    ],
  };
}

/** What is sent: what tells nothing is left out. */
export function mappingOf(form: MappingForm, { choices }: Content): Mapping {
  const { order, consentAttribute, consentPhone, wording } = form;
  const { code, total, paid, refunded, state } = order.attributes;
  const fields: OrderFields = {
    ...personFields(order),
    code,
    total,
    currency: attributeOr(order, "currency") ?? { value: order.values.currency },
    ...(paid && { paid }),
    ...(refunded && { refunded }),
    ...(state && { state }),
    ...(consentAttribute &&
      wording && {
        consent: {
          attribute: consentAttribute,
          ...(consentPhone && { phone: consentPhone }),
          wording_id: wording.id,
          wording_version: wording.version,
          wording_language: wording.language,
        },
      }),
  };
  return {
    order: {
      content_type: form.contentType,
      created: form.created || null,
      states: Object.fromEntries(toldStates(form).map((row) => [row.state.trim(), row.event])),
      fields,
    },
    account:
      choices.account.length === 0 || form.account.phones[0] === "" ? null : personFields(form.account),
  };
}

/** The rows that are sent. */
export function toldStates({ states }: MappingForm): readonly StateRow[] {
  return states.filter(({ event }) => event !== "");
}

function personFields(part: PartForm): PersonFields {
  const { name, locale } = part.attributes;
  const country = attributeOr(part, "country");
  return {
    phone: part.phones.filter((path) => path !== ""),
    ...(country && { country }),
    ...(name && { name }),
    ...(locale && { locale }),
  };
}

function attributeOr(
  { attributes, values }: PartForm,
  role: "country" | "currency",
): AttributeOr | undefined {
  if (attributes[role] !== "") return { attribute: attributes[role] };
  const value = values[role].trim();
  return value === "" ? undefined : { value };
}

function pathOf(of: AttributeOr | undefined): string {
  return of && "attribute" in of ? of.attribute : "";
}

function fixedValueOf(of: AttributeOr | undefined): string {
  return of && "value" in of ? of.value : "";
}

function eachOf(of: (role: OrderRole) => string) {
  return Object.fromEntries(ORDER_ROLES.map((role) => [role, of(role)])) as Record<OrderRole, string>;
}
