import type { ConsentWording, FieldProblem } from "@webxkey/core";
import {
  type AccountMapping,
  type AttributeOr,
  type Mapping,
  type OrderMapping,
  STATE_CHARS_MAX,
} from "./mapping.ts";

/** What a mapping is checked against: Strapi's content types and components, as far as it is looked at. */
export interface Schema {
  readonly contentTypes: Readonly<Record<string, ContentType>>;
  readonly components: Readonly<Record<string, { readonly attributes: Attributes }>>;
}

export interface ContentType {
  readonly kind?: string;
  readonly info?: { readonly displayName?: string };
  readonly options?: { readonly draftAndPublish?: boolean };
  readonly pluginOptions?: { readonly i18n?: { readonly localized?: boolean } };
  readonly attributes: Attributes;
}

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Attribute {
  readonly type: string;
  readonly private?: boolean;
  readonly enum?: readonly string[];
  readonly component?: string;
  readonly repeatable?: boolean;
}

export const USER_TYPE = "plugin::users-permissions.user";
/** Strapi's own columns: no message is about them, and nobody but Strapi writes them. */
export const OF_STRAPI: ReadonlySet<string> = new Set([
  "id",
  "documentId",
  "createdAt",
  "updatedAt",
  "publishedAt",
  "createdBy",
  "updatedBy",
  "locale",
  "localizations",
]);
/** What lets somebody into an account. It is in no message, whatever its type says. */
const SECRETS_OF_USERS = new Set(["resetPasswordToken", "confirmationToken", "password"]);

const TEXT = ["string", "text", "enumeration", "uid"];
const NUMBER_OR_TEXT = ["string", "text", "uid", "integer", "biginteger"];
const AMOUNT = ["decimal", "float", "integer", "biginteger", "string"];
const STATE = ["enumeration", "string"];

interface Wanted {
  /** An RFC 6901 pointer to the attribute's name in the mapping. */
  readonly pointer: string;
  readonly path: string;
  readonly types: readonly string[];
  /** The person's own data that an application keeps from its API may still be used to reach them. */
  readonly mayBePrivate?: boolean;
}

/**
 * What is wrong with a mapping as the content types are now: what is refused because it must not be read, and what broke since
 * it was made. Pure, and asked each time before the mapping is used.
 */
export function problemsOf(
  mapping: Mapping,
  schema: Schema,
  wordings: readonly ConsentWording[],
): FieldProblem[] {
  return [
    ...(mapping.order ? orderProblems(mapping.order, schema, wordings) : []),
    ...(mapping.account ? accountProblems(mapping.account, schema) : []),
  ];
}

function orderProblems(
  order: OrderMapping,
  schema: Schema,
  wordings: readonly ConsentWording[],
): FieldProblem[] {
  const uid = order.content_type;
  if (!uid.startsWith("api::")) {
    return [
      {
        pointer: "/order/content_type",
        detail: "Choose a content type of your own: only those are read as orders.",
      },
    ];
  }
  const contentType = own(schema.contentTypes, uid);
  if (contentType?.kind !== "collectionType") {
    return [
      { pointer: "/order/content_type", detail: `There is no collection type ${uid}. Choose another one.` },
    ];
  }
  return [
    ...wantedOfOrder(order).flatMap((wanted) => attributeProblems(wanted, uid, contentType, schema)),
    ...stateProblems(order, contentType),
    ...eventProblems(order),
    ...consentProblems(order, wordings),
  ];
}

function accountProblems(account: AccountMapping, schema: Schema): FieldProblem[] {
  const users = own(schema.contentTypes, USER_TYPE);
  if (!users) {
    return [
      { pointer: "/account", detail: "The plugin users-permissions is not there: leave the accounts out." },
    ];
  }
  const at = (name: string) => `/account/${name}`;
  const wanted = [
    ...phones(at("phone"), account.phone),
    ...optional(at("country"), attributeOf(account.country), TEXT),
    ...optional(at("name"), account.name, TEXT),
    ...optional(at("locale"), account.locale, TEXT),
  ];
  return wanted.flatMap((one) =>
    SECRETS_OF_USERS.has(one.path)
      ? [{ pointer: one.pointer, detail: `${one.path} lets somebody into an account and is never read.` }]
      : attributeProblems(one, USER_TYPE, users, schema),
  );
}

function wantedOfOrder({ fields }: OrderMapping): Wanted[] {
  const at = (name: string) => `/order/fields/${name}`;
  return [
    ...optional(at("state"), fields.state, STATE),
    ...phones(at("phone"), fields.phone),
    ...optional(at("country"), attributeOf(fields.country), TEXT),
    ...optional(at("name"), fields.name, TEXT),
    ...optional(at("total"), fields.total, AMOUNT),
    ...optional(at("currency"), attributeOf(fields.currency), TEXT),
    ...optional(at("code"), fields.code, NUMBER_OR_TEXT),
    ...optional(at("locale"), fields.locale, TEXT),
    ...optional(at("paid"), fields.paid, AMOUNT),
    ...optional(at("refunded"), fields.refunded, AMOUNT),
    ...optional(at("consent/attribute"), fields.consent?.attribute, ["boolean"], true),
    ...optional(at("consent/phone"), fields.consent?.phone, NUMBER_OR_TEXT, true),
  ];
}

function attributeOf(of: AttributeOr | undefined): string | undefined {
  return of && "attribute" in of ? of.attribute : undefined;
}

function phones(pointer: string, paths: readonly string[]): Wanted[] {
  return paths.map((path, index) => ({
    pointer: `${pointer}/${index}`,
    path,
    types: NUMBER_OR_TEXT,
    mayBePrivate: true,
  }));
}

function optional(
  pointer: string,
  path: string | undefined,
  types: readonly string[],
  mayBePrivate = false,
): Wanted[] {
  return path === undefined ? [] : [{ pointer, path, types, mayBePrivate }];
}

function attributeProblems(
  { pointer, path, types, mayBePrivate = false }: Wanted,
  uid: string,
  contentType: ContentType,
  schema: Schema,
): FieldProblem[] {
  const found = attributeAt(path, contentType, schema);
  if (!found) {
    return [
      { pointer, detail: `${uid} has no attribute ${path} any more. Choose the one that took its place.` },
    ];
  }
  const { attribute, hidden } = found;
  if (attribute.type === "password") return [{ pointer, detail: `${path} is a password and is never read.` }];
  if (hidden && !mayBePrivate) {
    return [{ pointer, detail: `${path} is private: only a phone number or a consent may be.` }];
  }
  if (!types.includes(attribute.type)) {
    return [{ pointer, detail: `${path} is of type ${attribute.type}; take one of ${types.join(", ")}.` }];
  }
  return [];
}

function attributeAt(
  path: string,
  contentType: ContentType,
  { components }: Schema,
): { readonly attribute: Attribute; readonly hidden: boolean } | undefined {
  const [head = "", inner] = path.split(".");
  const outer = own(contentType.attributes, head);
  if (!outer) return undefined;
  if (inner === undefined) return { attribute: outer, hidden: outer.private === true };
  // One component in the entry: which of several would be meant, nobody can say.
  if (outer.type !== "component" || outer.repeatable || !outer.component) return undefined;
  const attribute = own(own(components, outer.component)?.attributes ?? {}, inner);
  return attribute && { attribute, hidden: outer.private === true || attribute.private === true };
}

function stateProblems({ fields, states }: OrderMapping, contentType: ContentType): FieldProblem[] {
  const named = Object.keys(states);
  if (fields.state === undefined) {
    return named.length === 0
      ? []
      : [{ pointer: "/order/fields/state", detail: "Say which attribute holds the state." }];
  }
  // Found where the entry itself is written, without looking into its components.
  if (fields.state.includes("."))
    return [
      { pointer: "/order/fields/state", detail: "Choose a state of the entry itself, not of a component." },
    ];
  const known = own(contentType.attributes, fields.state)?.enum;
  return named
    .filter((state) => known && !known.includes(state))
    .map((state) => ({
      pointer: `/order/states/${escaped(state)}`,
      detail: `${fields.state} has no value ${state.slice(0, STATE_CHARS_MAX)} any more. Remove it or name the new one.`,
    }));
}

function eventProblems({ created, states, fields }: OrderMapping): FieldProblem[] {
  return Object.entries(states).flatMap(([state, event]) => {
    const pointer = `/order/states/${escaped(state)}`;
    if (event === created)
      return [
        {
          pointer,
          detail: `A new entry is ${event} already: the customer would get the same message twice.`,
        },
      ];
    if (event === "order.partially_refunded" && fields.refunded === undefined)
      return [{ pointer, detail: "Say which attribute holds what was refunded." }];
    return [];
  });
}

function consentProblems({ fields }: OrderMapping, wordings: readonly ConsentWording[]): FieldProblem[] {
  const { consent } = fields;
  if (!consent) return [];
  const offered = wordings.some(
    ({ id, version, language }) =>
      id === consent.wording_id &&
      version === consent.wording_version &&
      language === consent.wording_language,
  );
  if (offered) return [];
  return [
    {
      pointer: "/order/fields/consent/wording_id",
      detail: "Choose a wording of the plugin's configuration, in its version and language.",
    },
  ];
}

/** An attribute of the content type itself. */
export function attributeOfOwn(schema: Schema, uid: string, name: string): Attribute | undefined {
  return own(own(schema.contentTypes, uid)?.attributes ?? {}, name);
}

/** What an object holds itself: a name that somebody typed must not reach its prototype. */
function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
