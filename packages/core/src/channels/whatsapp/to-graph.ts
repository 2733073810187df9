import type {
  ButtonArgument,
  HeaderArgument,
  TemplateArguments,
  TextArgument,
} from "../../templates/index.ts";
import type { TemplateMessage } from "../channel.ts";
import { markOfAttempt } from "./attempt-mark.ts";

/**
 * The body of POST /{phone-number-id}/messages for a template.
 *
 * Warning: it holds the recipient and the text in clear, for the request and for nothing else.
 */
export function templateMessageBody({
  to,
  name,
  language,
  arguments: filled,
  attemptId,
}: TemplateMessage): object {
  const components = componentsOf(filled);
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // A user id in `to` is dropped by Meta without a word, and a phone without `+` gets the sender's country code.
    ...(to.kind === "phone" ? { to: to.value.reveal() } : { recipient: to.value.reveal() }),
    type: "template",
    template: { name, language: { code: language }, ...(components.length > 0 && { components }) },
    biz_opaque_callback_data: markOfAttempt(attemptId),
  };
}

function componentsOf({ parameterFormat, header, body, buttons }: TemplateArguments): object[] {
  const text = (argument: TextArgument) => ({
    type: "text",
    ...(parameterFormat === "named" && { parameter_name: argument.name }),
    text: argument.text,
  });
  const components: object[] = [];
  if (header) {
    const parameters = header.kind === "text" ? header.variables.map(text) : [headerParameter(header)];
    components.push({ type: "header", parameters });
  }
  if (body.length > 0) components.push({ type: "body", parameters: body.map(text) });
  for (const button of buttons) {
    const index = String(button.index);
    components.push({ type: "button", sub_type: button.kind, index, parameters: [buttonParameter(button)] });
  }
  return components;
}

function headerParameter(header: Exclude<HeaderArgument, { kind: "text" }>): object {
  switch (header.kind) {
    case "location": {
      const { latitude, longitude, name, address } = header;
      return { type: "location", location: { latitude, longitude, name, address } };
    }
    case "document": {
      const { media, filename } = header;
      return { type: "document", document: { ...media, ...(filename !== undefined && { filename }) } };
    }
    case "image":
      return { type: "image", image: header.media };
    case "video":
      return { type: "video", video: header.media };
  }
}

function buttonParameter({ kind, value }: ButtonArgument): object {
  switch (kind) {
    case "url":
      return { type: "text", text: value };
    case "quick_reply":
      return { type: "payload", payload: value };
    case "copy_code":
      return { type: "coupon_code", coupon_code: value };
  }
}
