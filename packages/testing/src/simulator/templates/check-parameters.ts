import { type GraphRefusal, invalidParameter, refusal } from "../graph-errors.ts";
import type { SendComponent, SendParameter } from "../messages/send-request.ts";
import {
  componentOf,
  type ParameterFormat,
  placeholdersOf,
  type TemplateButton,
  type TemplateComponent,
  type TemplateDefinition,
} from "./definition.ts";

const COUPON_CHARACTERS_MAX = 20;
const OTP_CHARACTERS_MAX = 15;
const UNSAFE_WHITESPACE = /[\n\r\t]| {5,}/;
const TEXT_LIKE = new Set(["text", "currency", "date_time"]);
const MEDIA_FORMATS = new Set(["IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION"]);

/**
 * Whether the sent parameters fit the approved template: all counts first (132000), then the format of each
 * parameter (132012), as the order in which Meta lists its template checks suggests.
 */
// behaviour: template-parameters
export function checkParameters(
  template: TemplateDefinition,
  sent: SendComponent[] = [],
): GraphRefusal | undefined {
  const checks = checksOf(template.components, sent, template, "");
  for (const check of checks) {
    const wrong = check.count();
    if (wrong) return wrong;
  }
  for (const check of checks) {
    const wrong = check.format();
    if (wrong) return wrong;
  }
  return undefined;
}

interface Check {
  count(): GraphRefusal | undefined;
  format(): GraphRefusal | undefined;
}

const fits = () => undefined;

function checksOf(
  defined: TemplateComponent[],
  sent: SendComponent[],
  template: TemplateDefinition,
  path: string,
): Check[] {
  const header = componentOf(defined, "HEADER");
  const body = componentOf(defined, "BODY");
  const buttons = componentOf(defined, "BUTTONS")?.buttons ?? [];
  const carousel = componentOf(defined, "CAROUSEL");
  const offer = componentOf(defined, "LIMITED_TIME_OFFER")?.limited_time_offer;
  return [
    header?.format && MEDIA_FORMATS.has(header.format)
      ? mediaCheck(`${path}header`, header.format, sentOf(sent, "header"))
      : textCheck(`${path}header`, header?.text, sentOf(sent, "header"), template.parameterFormat),
    textCheck(`${path}body`, body?.text, sentOf(sent, "body"), template.parameterFormat),
    ...(offer?.has_expiration ? [offerCheck(sentOf(sent, "limited_time_offer"))] : []),
    ...buttonChecks(buttons, sent, template),
    ...(carousel?.cards ? carouselChecks(carousel.cards, sent, template) : []),
  ];
}

function sentOf(sent: SendComponent[], type: string): SendParameter[] {
  return sent.find((component) => component.type.toLowerCase() === type)?.parameters ?? [];
}

function textCheck(
  where: string,
  text: string | undefined,
  parameters: SendParameter[],
  format: ParameterFormat,
): Check {
  const expected = placeholdersOf(text);
  return {
    count: () => countMismatch(where, parameters.length, expected.length),
    format() {
      for (const [index, parameter] of parameters.entries()) {
        if (!TEXT_LIKE.has(parameter.type)) {
          return refusal(
            132012,
            `${where}: Format mismatch, expected TEXT, received ${nameOf(parameter.type)}`,
          );
        }
        const wrong = checkValue(where, index, parameter) ?? checkName(parameter, expected, format);
        if (wrong) return wrong;
      }
      return undefined;
    },
  };
}

function countMismatch(where: string, sent: number, expected: number): GraphRefusal | undefined {
  if (sent === expected) return undefined;
  return refusal(
    132000,
    `${where}: number of localizable_params (${sent}) does not match the expected number of params (${expected})`,
  );
}

// behaviour: parameter-text
function checkValue(where: string, index: number, parameter: SendParameter): GraphRefusal | undefined {
  if (parameter.type !== "text") {
    const value = parameter.type === "currency" ? parameter.currency : parameter.date_time;
    return value?.fallback_value
      ? undefined
      : refusal(131008, `Parameter of type ${parameter.type} needs a fallback_value`);
  }
  if (parameter.text === undefined) {
    return refusal(100, "Parameter 'text' is mandatory for component parameter type 'text'");
  }
  if (typeof parameter.text !== "string") {
    return invalidParameter(
      `Param template['components'] (${where}) ['parameters'][${index}]['text'] must be a string.`,
    );
  }
  if (parameter.text === "") return refusal(131008, "Parameter of type text is missing text value");
  if (UNSAFE_WHITESPACE.test(parameter.text)) {
    return refusal(100, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
  }
  return undefined;
}

// behaviour: named-parameters
function checkName(
  parameter: SendParameter,
  expected: string[],
  format: ParameterFormat,
): GraphRefusal | undefined {
  if (format === "POSITIONAL") return undefined;
  if (!parameter.parameter_name) return refusal(100, "Parameter name is missing or empty");
  if (expected.includes(parameter.parameter_name)) return undefined;
  return refusal(100, `Parameter name ${parameter.parameter_name} is not a parameter of this template`);
}

function mediaCheck(where: string, format: string, parameters: SendParameter[]): Check {
  const received = parameters[0]?.type.toUpperCase();
  return {
    count: fits,
    format() {
      if (received === format) return undefined;
      return refusal(132012, `${where}: Format mismatch, expected ${format}, received ${nameOf(received)}`);
    },
  };
}

/** Meta names a parameter kind that a header cannot hold UNKNOWN. */
function nameOf(type: string | undefined): string {
  const upper = type?.toUpperCase();
  return upper !== undefined && (upper === "TEXT" || MEDIA_FORMATS.has(upper)) ? upper : "UNKNOWN";
}

function offerCheck(parameters: SendParameter[]): Check {
  return {
    count: () => countMismatch("limited_time_offer", parameters.length, 1),
    format: fits,
  };
}

function buttonChecks(
  buttons: TemplateButton[],
  sent: SendComponent[],
  template: TemplateDefinition,
): Check[] {
  const sentButtons = sent.filter((component) => component.type.toLowerCase() === "button");
  const stray = sentButtons.find((button) => buttons[Number(button.index ?? 0)] === undefined);
  const strayCheck: Check = {
    count: () =>
      stray ? refusal(132000, `buttons: the template has no button at index ${stray.index ?? 0}`) : undefined,
    format: fits,
  };
  return [
    strayCheck,
    ...buttons.map((button, index) =>
      buttonCheck(
        button,
        index,
        sentButtons.find((one) => Number(one.index ?? 0) === index),
        template,
      ),
    ),
  ];
}

function buttonCheck(
  button: TemplateButton,
  index: number,
  sent: SendComponent | undefined,
  template: TemplateDefinition,
): Check {
  const value = sent?.parameters?.[0];
  const needsValue =
    button.type === "COPY_CODE" || (button.type === "URL" && placeholdersOf(button.url).length > 0);
  return {
    count() {
      if (!needsValue || value) return undefined;
      const kind = button.type === "URL" ? "Url" : "CopyCode";
      return refusal(131008, `buttons: Button at index ${index} of type ${kind} requires a parameter`);
    },
    format() {
      if (!sent) return undefined;
      const expected = button.type.toLowerCase();
      if (sent.sub_type?.toLowerCase() !== expected) {
        return refusal(
          132012,
          `buttons: Button at index ${index} is of type ${expected}, not ${sent.sub_type}`,
        );
      }
      if (button.type === "COPY_CODE" && (value?.coupon_code ?? "").length > COUPON_CHARACTERS_MAX) {
        return refusal(131009, `Coupon code must be at most ${COUPON_CHARACTERS_MAX} characters long.`);
      }
      if (template.category === "AUTHENTICATION" && String(value?.text ?? "").length > OTP_CHARACTERS_MAX) {
        return refusal(132005, `The code must be at most ${OTP_CHARACTERS_MAX} characters long.`);
      }
      return undefined;
    },
  };
}

function carouselChecks(
  cards: { components: TemplateComponent[] }[],
  sent: SendComponent[],
  template: TemplateDefinition,
): Check[] {
  const sentCards = sent.find((component) => component.type.toLowerCase() === "carousel")?.cards ?? [];
  const count: Check = {
    count: () => countMismatch("carousel", sentCards.length, cards.length),
    format: fits,
  };
  const perCard = cards.flatMap((card, index) => {
    const sentCard = sentCards.find((one) => (one.card_index ?? 0) === index);
    return checksOf(card.components, sentCard?.components ?? [], template, `carousel[${index}].`);
  });
  return [count, ...perCard];
}
