import type { SendComponent, SendParameter, SendRequest } from "../messages/send-request.ts";
import { isFields } from "../messages/send-request.ts";
import {
  componentOf,
  fillPlaceholders,
  type ParameterFormat,
  type TemplateButton,
  type TemplateComponent,
  type TemplateDefinition,
} from "./definition.ts";

/** What a customer sees of a message. Media are named, never fetched. */
export interface RenderedMessage {
  header?: { kind: "text" | "image" | "video" | "document" | "location"; text: string };
  body?: string;
  footer?: string;
  buttons: RenderedButton[];
  cards?: RenderedMessage[];
}

export interface RenderedButton {
  kind: "reply" | "url" | "phone" | "copy_code" | "other";
  text: string;
  /** What the business receives when the button is tapped. */
  payload?: string;
  /** Where the button would lead; shown, never opened. */
  target?: string;
}

type Fields = Record<string, unknown>;

export function renderMessage(
  request: SendRequest,
  template: TemplateDefinition | undefined,
): RenderedMessage {
  if (template && request.template) {
    return renderComponents(template.components, request.template.components ?? [], template.parameterFormat);
  }
  const content = request[request.type];
  return isFields(content) ? renderFreeForm(request.type, content) : { body: "", buttons: [] };
}

function renderComponents(
  defined: TemplateComponent[],
  sent: SendComponent[],
  format: ParameterFormat,
): RenderedMessage {
  const header = componentOf(defined, "HEADER");
  const body = componentOf(defined, "BODY");
  const footer = componentOf(defined, "FOOTER");
  const cards = componentOf(defined, "CAROUSEL")?.cards;
  const sentCards = sent.find((component) => component.type.toLowerCase() === "carousel")?.cards ?? [];
  return {
    ...(header ? { header: renderHeader(header, parametersOf(sent, "header"), format) } : {}),
    ...(body?.text ? { body: fillText(body.text, parametersOf(sent, "body"), format) } : {}),
    ...(footer?.text ? { footer: footer.text } : {}),
    buttons: (componentOf(defined, "BUTTONS")?.buttons ?? []).map((button, index) =>
      renderButton(button, buttonParameter(sent, index)),
    ),
    ...(cards
      ? {
          cards: cards.map((card, n) =>
            renderComponents(card.components, sentCards[n]?.components ?? [], format),
          ),
        }
      : {}),
  };
}

function renderHeader(
  header: TemplateComponent,
  parameters: SendParameter[],
  format: ParameterFormat,
): NonNullable<RenderedMessage["header"]> {
  const kind = (header.format ?? "TEXT").toLowerCase();
  if (kind === "text") return { kind: "text", text: fillText(header.text ?? "", parameters, format) };
  const media = parameters[0]?.[kind];
  return { kind: mediaKind(kind), text: isFields(media) ? mediaName(media) : kind };
}

function renderButton(button: TemplateButton, parameter: SendParameter | undefined): RenderedButton {
  const text = button.text ?? "";
  switch (button.type) {
    // behaviour: payload-defaults-to-label
    case "QUICK_REPLY":
      return { kind: "reply", text, payload: parameter?.payload ?? text };
    case "URL":
      return {
        kind: "url",
        text,
        target: fillPlaceholders(button.url ?? "", () => String(parameter?.text ?? "")),
      };
    case "PHONE_NUMBER":
      return { kind: "phone", text, target: button.phone_number ?? "" };
    case "COPY_CODE":
      return { kind: "copy_code", text: text || "Copy code", target: parameter?.coupon_code ?? "" };
    default:
      return { kind: "other", text };
  }
}

function renderFreeForm(type: string, content: Fields): RenderedMessage {
  if (type === "interactive") return renderInteractive(content);
  if (type === "text") return { body: String(content["body"] ?? ""), buttons: [] };
  if (type === "reaction") return { body: `Reacted with ${String(content["emoji"] ?? "")}`, buttons: [] };
  const caption = typeof content["caption"] === "string" ? { body: content["caption"] } : {};
  return { header: { kind: mediaKind(type), text: mediaName(content) }, ...caption, buttons: [] };
}

function renderInteractive(content: Fields): RenderedMessage {
  const textOf = (part: unknown) =>
    isFields(part) && typeof part["text"] === "string" ? part["text"] : undefined;
  const header = textOf(content["header"]);
  const footer = textOf(content["footer"]);
  return {
    ...(header ? { header: { kind: "text", text: header } } : {}),
    body: textOf(content["body"]) ?? "",
    ...(footer ? { footer } : {}),
    buttons: interactiveButtons(isFields(content["action"]) ? content["action"] : {}),
  };
}

function interactiveButtons(action: Fields): RenderedButton[] {
  const buttons = Array.isArray(action["buttons"]) ? action["buttons"] : [];
  const sections = Array.isArray(action["sections"]) ? action["sections"] : [];
  const replies = buttons.map((button) => button?.reply);
  const rows = sections.flatMap((section) => section?.rows ?? []);
  return [...replies, ...rows].filter(isFields).map((reply) => ({
    kind: "reply",
    text: String(reply["title"] ?? ""),
    payload: String(reply["id"] ?? ""),
  }));
}

function parametersOf(sent: SendComponent[], type: string): SendParameter[] {
  return sent.find((component) => component.type.toLowerCase() === type)?.parameters ?? [];
}

function buttonParameter(sent: SendComponent[], index: number): SendParameter | undefined {
  return sent.find((one) => one.type.toLowerCase() === "button" && Number(one.index ?? 0) === index)
    ?.parameters?.[0];
}

function fillText(text: string, parameters: SendParameter[], format: ParameterFormat): string {
  return fillPlaceholders(text, (name) => {
    const parameter =
      format === "NAMED"
        ? parameters.find((one) => one.parameter_name === name)
        : parameters[Number(name) - 1];
    return parameter && parameterText(parameter);
  });
}

function parameterText(parameter: SendParameter): string {
  if (parameter.type === "currency") return parameter.currency?.fallback_value ?? "";
  if (parameter.type === "date_time") return parameter.date_time?.fallback_value ?? "";
  return String(parameter.text ?? "");
}

function mediaKind(kind: string): "image" | "video" | "document" | "location" {
  return kind === "video" || kind === "document" || kind === "location" ? kind : "image";
}

function mediaName(media: Fields): string {
  const name = media["filename"] ?? media["name"] ?? media["link"] ?? media["id"] ?? "";
  return String(name);
}
