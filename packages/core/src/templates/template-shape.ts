import * as z from "zod";

/** What a template needs to be filled, read from its components as the Graph API lists them. */
export interface TemplateShape {
  readonly parameterFormat: "named" | "positional";
  readonly header?: TemplateHeader;
  readonly body: TemplateText;
  /** In the order of the template; `index` is what a request calls them by. */
  readonly buttons: readonly TemplateButton[];
  /** Components and buttons that need values which a rule cannot give (carousel, flow, offer, …), in lower case. */
  readonly unsupported: readonly string[];
}

/** A text with its variables: names in order of appearance, or "1", "2", … in order of number. */
export interface TemplateText {
  readonly text: string;
  readonly variables: readonly string[];
}

export type TemplateHeader =
  | ({ readonly kind: "text" } & TemplateText)
  | { readonly kind: "image" | "video" | "document" | "location"; readonly variables: readonly [] };

export interface TemplateButton {
  /** `static`: nothing can be filled in (phone call, plain link, …). */
  readonly kind: "url" | "quick_reply" | "copy_code" | "static";
  readonly index: number;
  readonly variables: readonly string[];
}

const text = z.string().catch("");

const component = z.object({
  type: z.string().transform((type) => type.toLowerCase()),
  format: text.transform((format) => format.toLowerCase()),
  text,
  buttons: z
    .array(z.object({ type: z.string().transform((type) => type.toLowerCase()), url: text }))
    .catch([]),
});

type Component = z.output<typeof component>;

const MEDIA_HEADERS = ["image", "video", "document", "location"] as const;

/** Buttons that work as they were approved. */
const STATIC_BUTTONS = new Set(["phone_number", "voice_call"]);

/**
 * Reads the shape of a template. Never throws: what is not understood stands in `unsupported`, so that the template is
 * refused before it is sent and not by Meta afterwards.
 *
 * @param components as in the answer of GET /{waba}/message_templates.
 * @param parameterFormat `NAMED` or `POSITIONAL` in any case; without it the variables themselves tell.
 */
export function templateShape(components: unknown, parameterFormat?: string): TemplateShape {
  const listed = z.array(component).safeParse(components);
  const parts = listed.success ? listed.data : [];
  const header = parts.find(({ type }) => type === "header");
  const body = parts.find(({ type }) => type === "body");
  const buttons = parts.find(({ type }) => type === "buttons")?.buttons ?? [];
  const texts = [header?.text, body?.text].join(" ");
  const named =
    parameterFormat === undefined
      ? /[a-z]/.test(variablesOf(texts).join(""))
      : /^named$/i.test(parameterFormat);
  const readHeader = header && headerOf(header);
  return {
    parameterFormat: named ? "named" : "positional",
    ...(readHeader && { header: readHeader }),
    body: textOf(body?.text ?? ""),
    buttons: buttons.map(({ type, url }, index) => buttonOf(type, url, index)),
    unsupported: [
      ...(listed.success && body ? [] : ["body"]),
      ...(header && !readHeader ? [`header ${header.format}`] : []),
      ...parts
        .map(({ type }) => type)
        .filter((type) => !["header", "body", "footer", "buttons"].includes(type)),
      ...buttons.map(({ type }) => type).filter((type) => !isFillable(type) && !STATIC_BUTTONS.has(type)),
    ],
  };
}

/** A template's text with its values put in, as the reader will see it. */
export function filledText({ text }: TemplateText, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (placeholder, name: string) => values.get(name) ?? placeholder);
}

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;

function variablesOf(text: string): string[] {
  const names = [...text.matchAll(VARIABLE)].map((match) => match[1] ?? "");
  return [...new Set(names)];
}

function textOf(text: string): TemplateText {
  const variables = variablesOf(text);
  const positional = variables.every((name) => /^\d+$/.test(name));
  return { text, variables: positional ? variables.sort((a, b) => Number(a) - Number(b)) : variables };
}

function headerOf({ format, text }: Component): TemplateHeader | undefined {
  if (format === "text") return { kind: "text", ...textOf(text) };
  const kind = MEDIA_HEADERS.find((media) => media === format);
  return kind && { kind, variables: [] };
}

function isFillable(type: string): type is "url" | "quick_reply" | "copy_code" {
  return type === "url" || type === "quick_reply" || type === "copy_code";
}

function buttonOf(type: string, url: string, index: number): TemplateButton {
  const variables = variablesOf(url);
  if (!isFillable(type) || (type === "url" && variables.length === 0))
    return { kind: "static", index, variables: [] };
  return { kind: type, index, variables };
}
