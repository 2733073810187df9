import { type GraphRefusal, invalidParameter, missingParameter, refusal } from "../graph-errors.ts";

/** The body of POST /{phone-number-id}/messages after its shape was checked. */
export interface SendRequest {
  messaging_product: "whatsapp";
  to?: string;
  recipient?: string;
  type: string;
  biz_opaque_callback_data?: string;
  context?: { message_id: string };
  template?: TemplateSend;
  text?: { body: string };
  [key: string]: unknown;
}

export interface TemplateSend {
  name: string;
  language: { code: string };
  components?: SendComponent[];
}

export interface SendComponent {
  type: string;
  sub_type?: string;
  index?: string | number;
  parameters?: SendParameter[];
  cards?: { card_index?: number; components?: SendComponent[] }[];
}

export interface SendParameter {
  type: string;
  parameter_name?: string;
  text?: unknown;
  payload?: string;
  coupon_code?: string;
  currency?: { fallback_value?: string };
  date_time?: { fallback_value?: string };
  [key: string]: unknown;
}

const CALLBACK_DATA_CHARACTERS_MAX = 512;
const TEXT_CHARACTERS_MAX = 4096;
const CAPTION_CHARACTERS_MAX = 1024;
const REPLY_BUTTONS_MAX = 3;
const BUTTON_TITLE_CHARACTERS_MAX = 20;
const LIST_ROWS_MAX = 10;

type Fields = Record<string, unknown>;

/** By message type: the first thing wrong with its object, or undefined. */
const TYPE_CHECKS: Record<string, (content: Fields) => GraphRefusal | undefined> = {
  text: (text) =>
    requireString(text, "text", "body") ?? tooLong("text['body']", text["body"], TEXT_CHARACTERS_MAX),
  image: checkMedia("image"),
  video: checkMedia("video"),
  audio: checkMedia("audio"),
  document: checkMedia("document"),
  sticker: checkMedia("sticker"),
  location: (location) =>
    requireKey(location, "location", "latitude") ?? requireKey(location, "location", "longitude"),
  contacts: () => undefined,
  reaction: (reaction) => requireString(reaction, "reaction", "message_id"),
  interactive: checkInteractive,
  template: checkTemplate,
};

/** Checks the body's shape as Graph does before it looks at anything else. */
// behaviour: send-shape
export function checkSendRequest(body: Fields): GraphRefusal | undefined {
  if (body["messaging_product"] === undefined) return missingParameter("messaging_product");
  if (body["messaging_product"] !== "whatsapp") {
    return invalidParameter(
      `Param messaging_product must be one of {WHATSAPP} - got "${body["messaging_product"]}".`,
    );
  }
  if (body["status"] !== undefined) return checkReadReceipt(body);
  if (body["recipient_type"] === "group") return refusal(3);
  if (body["recipient_type"] !== undefined && body["recipient_type"] !== "individual") return refusal(131002);
  if (!body["to"] && !body["recipient"]) return missingParameter("to");
  if (body["to"] !== undefined && typeof body["to"] !== "string") {
    return invalidParameter("Param to must be a string.");
  }
  const longData = tooLong(
    "biz_opaque_callback_data",
    body["biz_opaque_callback_data"],
    CALLBACK_DATA_CHARACTERS_MAX,
  );
  if (longData) return longData;
  return checkContent(body);
}

function checkContent(body: Fields): GraphRefusal | undefined {
  const type = body["type"] ?? "text";
  const check = typeof type === "string" && Object.hasOwn(TYPE_CHECKS, type) ? TYPE_CHECKS[type] : undefined;
  if (!check) {
    const known = Object.keys(TYPE_CHECKS).map((name) => name.toUpperCase());
    return invalidParameter(`Param type must be one of {${known.join(", ")}} - got "${String(type)}".`);
  }
  const content = body[type as string];
  if (content === undefined) return missingParameter(type as string);
  if (typeof content !== "object" || content === null) {
    return invalidParameter(`Param ${type} must be a JSON object.`);
  }
  return check(content as Fields);
}

function checkReadReceipt(body: Fields): GraphRefusal | undefined {
  if (body["status"] !== "read") {
    return invalidParameter(`Param status must be one of {READ} - got "${String(body["status"])}".`);
  }
  return typeof body["message_id"] === "string" ? undefined : missingParameter("message_id");
}

function checkTemplate(template: Fields): GraphRefusal | undefined {
  const language = template["language"];
  const code = isFields(language) ? language["code"] : undefined;
  if (typeof template["name"] !== "string") return missingParameter("template['name']");
  if (typeof code !== "string") return missingParameter("template['language']['code']");
  const components = template["components"];
  if (components === undefined) return undefined;
  if (!Array.isArray(components)) return invalidParameter("Param template['components'] must be an array.");
  for (const [index, component] of components.entries()) {
    if (!isFields(component) || typeof component["type"] !== "string") {
      return missingParameter(`template['components'][${index}]['type']`);
    }
    const parameters = component["parameters"];
    if (parameters !== undefined && !(Array.isArray(parameters) && parameters.every(isFields))) {
      return invalidParameter(
        `Param template['components'][${index}]['parameters'] must be an array of JSON objects.`,
      );
    }
  }
  return undefined;
}

function checkMedia(type: string) {
  return (media: Fields): GraphRefusal | undefined => {
    if (typeof media["id"] !== "string" && typeof media["link"] !== "string") {
      return refusal(131008, `Parameter ${type} needs an id or a link.`);
    }
    return tooLong(`${type}['caption']`, media["caption"], CAPTION_CHARACTERS_MAX);
  };
}

function checkInteractive(interactive: Fields): GraphRefusal | undefined {
  const missing =
    requireString(interactive, "interactive", "type") ?? requireKey(interactive, "interactive", "action");
  if (missing) return missing;
  const action = interactive["action"] as Fields;
  if (interactive["type"] === "button") return checkReplyButtons(action["buttons"]);
  if (interactive["type"] === "list") return checkListRows(action["sections"]);
  return undefined;
}

function checkReplyButtons(buttons: unknown): GraphRefusal | undefined {
  if (!Array.isArray(buttons) || buttons.length === 0 || buttons.length > REPLY_BUTTONS_MAX) {
    return refusal(
      131009,
      `Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: ${REPLY_BUTTONS_MAX}`,
    );
  }
  const replies = buttons.map((button) =>
    isFields(button) && isFields(button["reply"]) ? button["reply"] : {},
  );
  const titles = replies.map((reply) => reply["title"]);
  if (
    titles.some((title) => typeof title !== "string" || !title || title.length > BUTTON_TITLE_CHARACTERS_MAX)
  ) {
    return refusal(
      131009,
      `Button title length invalid. Min length: 1, Max length: ${BUTTON_TITLE_CHARACTERS_MAX}`,
    );
  }
  const areDistinct = new Set(titles).size === titles.length;
  return areDistinct ? undefined : refusal(131009, "Duplicate button title is not allowed.");
}

function checkListRows(sections: unknown): GraphRefusal | undefined {
  const rows = Array.isArray(sections)
    ? sections.flatMap((section) =>
        isFields(section) && Array.isArray(section["rows"]) ? section["rows"] : [],
      )
    : [];
  if (rows.length > 0 && rows.length <= LIST_ROWS_MAX) return undefined;
  return refusal(131009, `Total row count exceed max allowed count: ${LIST_ROWS_MAX}`);
}

function requireKey(fields: Fields, of: string, key: string): GraphRefusal | undefined {
  return fields[key] === undefined ? missingParameter(`${of}['${key}']`) : undefined;
}

function requireString(fields: Fields, of: string, key: string): GraphRefusal | undefined {
  if (fields[key] === undefined || fields[key] === "") return missingParameter(`${of}['${key}']`);
  return typeof fields[key] === "string"
    ? undefined
    : invalidParameter(`Param ${of}['${key}'] must be a string.`);
}

function tooLong(name: string, value: unknown, max: number): GraphRefusal | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return invalidParameter(`Param ${name} must be a string.`);
  return value.length > max
    ? invalidParameter(`Param ${name} must be at most ${max} characters long.`)
    : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
