import { type Attribute, type Attributes, OF_STRAPI, type Schema, USER_TYPE } from "./check.ts";

/** An attribute that a mapping may name, as `phone` or `address.phone`. */
export interface Choice {
  readonly path: string;
  readonly type: string;
  readonly private: boolean;
  /** The values of an enumeration. */
  readonly values?: readonly string[];
}

export interface Choices {
  readonly orders: readonly {
    readonly uid: string;
    readonly name: string;
    readonly attributes: readonly Choice[];
  }[];
  /** Empty where users-permissions is not there. */
  readonly account: readonly Choice[];
}

const NEVER = new Set([
  "password",
  "relation",
  "media",
  "dynamiczone",
  "json",
  "blocks",
  "customField",
  "richtext",
]);
/** What the merchant may choose from: own content types, and of them what can be in a message. Pure. */
export function choicesOf({ contentTypes, components }: Schema): Choices {
  const attributesOf = (attributes: Attributes) => choices(attributes, components);
  return {
    orders: Object.entries(contentTypes)
      .filter(([uid, { kind }]) => uid.startsWith("api::") && kind === "collectionType")
      .map(([uid, { info, attributes }]) => ({
        uid,
        name: info?.displayName ?? uid,
        attributes: attributesOf(attributes),
      })),
    account: attributesOf(contentTypes[USER_TYPE]?.attributes ?? {}).filter(
      ({ path }) => path !== "resetPasswordToken" && path !== "confirmationToken",
    ),
  };
}

function choices(attributes: Attributes, components: Schema["components"]): Choice[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    if (NEVER.has(attribute.type) || OF_STRAPI.has(name)) return [];
    if (attribute.type !== "component") return [choice(name, attribute, false)];
    if (attribute.repeatable || !attribute.component) return [];
    const inner = components[attribute.component]?.attributes ?? {};
    return Object.entries(inner)
      .filter(([, { type }]) => !NEVER.has(type) && type !== "component")
      .map(([innerName, of]) => choice(`${name}.${innerName}`, of, attribute.private === true));
  });
}

function choice(path: string, attribute: Attribute, hidden: boolean): Choice {
  return {
    path,
    type: attribute.type,
    private: hidden || attribute.private === true,
    ...(attribute.enum && { values: attribute.enum }),
  };
}
