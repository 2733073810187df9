import { type GraphRefusal, missingParameter } from "../graph-errors.ts";
import {
  componentOf,
  type ParameterFormat,
  placeholdersOf,
  type TemplateButton,
  type TemplateCategory,
  type TemplateComponent,
  type TemplateDefinition,
} from "./definition.ts";

const NAME = /^[a-z0-9_]{1,512}$/;
const LANGUAGE = /^[a-z]{2,3}(_[A-Z]{2})?$/;
const CATEGORIES = ["UTILITY", "MARKETING", "AUTHENTICATION"];
const HEADER_CHARACTERS_MAX = 60;
const BODY_CHARACTERS_MAX = 1024;
const FOOTER_CHARACTERS_MAX = 60;
const BUTTONS_MAX = 10;
const BUTTON_CHARACTERS_MAX = 25;
const URL_BUTTONS_MAX = 2;
const ADJACENT_PLACEHOLDERS = /\}\}\s*\{\{/;
const EDGE_PLACEHOLDER = /^\s*\{\{[^}]+\}\}|\{\{[^}]+\}\}\s*$/;

/** Meta's answer to a bad template: code 100, a subcode, and words in the language of the account. */
export function creationRefusal(subcode: number, title: string, message: string): GraphRefusal {
  return {
    http: 400,
    code: 100,
    subcode,
    message: "Invalid parameter",
    userTitle: title,
    userMessage: message,
  };
}

/** The template as it would be stored, or why Meta would not take it. */
// behaviour: template-creation-checks
export function readCreation(
  body: Record<string, unknown>,
): { template: TemplateDefinition } | { refused: GraphRefusal } {
  const required = ["name", "language", "category", "components"].find((field) => body[field] === undefined);
  if (required) return { refused: missingParameter(required) };
  const category = String(body["category"]).toUpperCase();
  const template: TemplateDefinition = {
    name: String(body["name"]),
    language: String(body["language"]),
    category: category as TemplateCategory,
    parameterFormat: String(body["parameter_format"] ?? "POSITIONAL").toUpperCase() as ParameterFormat,
    components: (Array.isArray(body["components"]) ? body["components"] : []).map(storedComponent),
  };
  const refused = checkTemplate(template);
  return refused ? { refused } : { template };
}

function checkTemplate(template: TemplateDefinition): GraphRefusal | undefined {
  if (!NAME.test(template.name)) {
    return creationRefusal(
      2388040,
      "Name is not valid",
      "A name has lower-case letters, digits and underscores only.",
    );
  }
  if (!LANGUAGE.test(template.language) || !CATEGORIES.includes(template.category)) {
    return creationRefusal(2388040, "Field is not valid", "The language or the category is not known.");
  }
  const body = componentOf(template.components, "BODY")?.text;
  if (!body) return creationRefusal(2388072, "Body is missing", "A template needs a body with a text.");
  return checkLengths(template.components) ?? checkPlaceholders(body) ?? checkButtons(template.components);
}

function checkLengths(components: TemplateComponent[]): GraphRefusal | undefined {
  const limits = { HEADER: HEADER_CHARACTERS_MAX, BODY: BODY_CHARACTERS_MAX, FOOTER: FOOTER_CHARACTERS_MAX };
  for (const [type, max] of Object.entries(limits)) {
    if ((componentOf(components, type)?.text?.length ?? 0) > max) {
      return creationRefusal(
        2388040,
        "Character limit exceeded",
        `The ${type} field has more than ${max} characters.`,
      );
    }
  }
  const headerPlaceholders = placeholdersOf(componentOf(components, "HEADER")?.text);
  if (headerPlaceholders.length <= 1) return undefined;
  return creationRefusal(2388047, "Header is not valid", "A header can have one variable only.");
}

function checkPlaceholders(body: string): GraphRefusal | undefined {
  if (EDGE_PLACEHOLDER.test(body)) {
    return creationRefusal(
      2388299,
      "Variable at the edge",
      "Variables can't be at the start or end of the template.",
    );
  }
  if (ADJACENT_PLACEHOLDERS.test(body)) {
    return creationRefusal(2388073, "Variables side by side", "Separate variables with words.");
  }
  return undefined;
}

function checkButtons(components: TemplateComponent[]): GraphRefusal | undefined {
  const buttons = componentOf(components, "BUTTONS")?.buttons ?? [];
  const tooMany =
    buttons.length > BUTTONS_MAX || buttons.filter(({ type }) => type === "URL").length > URL_BUTTONS_MAX;
  if (tooMany)
    return creationRefusal(
      2388040,
      "Too many buttons",
      `At most ${BUTTONS_MAX} buttons, ${URL_BUTTONS_MAX} of them links.`,
    );
  const kinds = buttons.map(({ type }) => type === "QUICK_REPLY");
  const switches = kinds.filter((isReply, index) => index > 0 && isReply !== kinds[index - 1]).length;
  if (switches > 1) return creationRefusal(2388040, "Buttons are mixed", "Keep quick replies together.");
  const isLong = buttons.some(({ text }) => (text?.length ?? 0) > BUTTON_CHARACTERS_MAX);
  return isLong
    ? creationRefusal(
        2388040,
        "Character limit exceeded",
        `A button has at most ${BUTTON_CHARACTERS_MAX} characters.`,
      )
    : undefined;
}

/** Component and button types are taken in either case and given back in upper case. */
export function storedComponent(component: TemplateComponent): TemplateComponent {
  return {
    ...component,
    type: String(component.type).toUpperCase(),
    ...(component.type.toUpperCase() === "HEADER"
      ? { format: (component.format ?? "TEXT").toUpperCase() }
      : {}),
    ...(component.buttons ? { buttons: component.buttons.map(storedButton) } : {}),
    ...(component.cards
      ? { cards: component.cards.map((card) => ({ components: card.components.map(storedComponent) })) }
      : {}),
  };
}

/** One-time-password buttons are created as `otp` and stored as a link with the code in it. */
// behaviour: otp-stored-as-url
function storedButton(button: TemplateButton): TemplateButton {
  const type = button.type.toUpperCase();
  if (type !== "OTP") return { ...button, type };
  const otpType = (button.otp_type ?? "COPY_CODE").toUpperCase();
  return {
    type: "URL",
    text: button.text ?? "Copy code",
    otp_type: otpType,
    url: `https://www.whatsapp.com/otp/code/?otp_type=${otpType}&code=otp{{1}}`,
  };
}
