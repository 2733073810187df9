import { filledText, type TemplateShape, type TemplateText } from "./template-shape.ts";

/** A value for one `{{variable}}`. */
export interface TextArgument {
  readonly name: string;
  readonly text: string;
}

export type MediaSource = { readonly link: string } | { readonly id: string };

export type HeaderArgument =
  | { readonly kind: "text"; readonly variables: readonly TextArgument[] }
  | { readonly kind: "image" | "video"; readonly media: MediaSource }
  | { readonly kind: "document"; readonly media: MediaSource; readonly filename?: string }
  | {
      readonly kind: "location";
      readonly latitude: string;
      readonly longitude: string;
      readonly name: string;
      readonly address: string;
    };

export interface ButtonArgument {
  readonly kind: "url" | "quick_reply" | "copy_code";
  readonly index: number;
  readonly value: string;
}

/** The values of a template, component by component. */
export interface TemplateArguments {
  readonly parameterFormat: "named" | "positional";
  readonly header?: HeaderArgument;
  readonly body: readonly TextArgument[];
  readonly buttons: readonly ButtonArgument[];
}

export interface ParameterProblem {
  readonly code:
    | "parameter_missing"
    | "parameter_unexpected"
    | "parameter_kind_mismatch"
    | "parameter_too_long";
  readonly parameter: string;
  /** For people; names the parameter, never its value. */
  readonly sentence: string;
}

/**
 * Values by key:
 * - a variable of the body by its name or number: `order_code`, `1`;
 * - a variable of a text header by its name, or `header_1`;
 * - `header_image`, `header_video`, `header_document`: an https link or a media id; `header_filename` for a document;
 * - `header_latitude`, `header_longitude`, `header_name`, `header_address`;
 * - `button_0`, `button_1`, … by place: the end of a link, the code to copy, or (may be left out) what a tap sends back.
 */
export type TemplateParams = Readonly<Record<string, string>>;

/** Lengths of a template's texts with their values in, in characters (Meta's template pages). */
const HEADER_CHARS_MAX = 60;
const BODY_CHARS_MAX = 1_024;
const COPY_CODE_CHARS_MAX = 20;
/** As for the id of a reply button; Meta gives none for a template's quick reply. */
const PAYLOAD_CHARS_MAX = 256;

/** A place of the template that takes a value. */
interface Slot {
  readonly key: string;
  readonly optional?: boolean;
  readonly charsMax?: number;
  readonly form?: Form;
}

/** What a value must look like; `words` ends the sentence "… must be". */
interface Form {
  readonly words: string;
  fits(value: string): boolean;
}

const MEDIA_ID = /^\d{1,32}$/;
const MEDIA: Form = {
  words: "an https link or a media id",
  fits: (value) => MEDIA_ID.test(value) || isHttpsLink(value),
};
const LATITUDE: Form = { words: "a latitude in degrees", fits: (value) => isNumberWithin(value, 90) };
const LONGITUDE: Form = { words: "a longitude in degrees", fits: (value) => isNumberWithin(value, 180) };
const LINK_END: Form = {
  words: "the end of a link, without spaces",
  fits: (value) => !/[\s\p{Cc}]/u.test(value),
};

/** Maps the values to the template's components, or says which value does not go with it. */
export function fillTemplate(
  shape: TemplateShape,
  given: TemplateParams,
): TemplateArguments | ParameterProblem {
  const params = new Map(Object.entries(given).filter(([, value]) => value.trim() !== ""));
  const filled = (): TemplateArguments => argumentsOf(shape, params);
  return (
    unsupportedPart(shape) ??
    otherHeader(shape, params) ??
    slotProblem(slotsOf(shape), params) ??
    textTooLong(shape, params) ??
    filled()
  );
}

function problem(code: ParameterProblem["code"], parameter: string, sentence: string): ParameterProblem {
  return { code, parameter, sentence };
}

function unsupportedPart({ unsupported: [part] }: TemplateShape): ParameterProblem | undefined {
  if (part === undefined) return undefined;
  const sentence = `The template has a part that a rule cannot fill (${part}): use another template.`;
  return problem("parameter_kind_mismatch", part, sentence);
}

/** A video for an image header is a mix-up of kinds, not one value too many and one too few. */
function otherHeader(
  { header }: TemplateShape,
  params: ReadonlyMap<string, string>,
): ParameterProblem | undefined {
  if (!header) return undefined;
  const other = ["image", "video", "document"].find(
    (kind) => kind !== header.kind && params.has(`header_${kind}`),
  );
  if (other === undefined) return undefined;
  const sentence = `The parameter header_${other} does not go with the template's header, which is a ${header.kind}.`;
  return problem("parameter_kind_mismatch", `header_${other}`, sentence);
}

function slotsOf({ parameterFormat, header, body, buttons }: TemplateShape): Slot[] {
  const slots: Slot[] = body.variables.map((key) => ({ key }));
  switch (header?.kind) {
    case "text":
      slots.push(...header.variables.map((name) => ({ key: headerKey(parameterFormat, name) })));
      break;
    case "image":
    case "video":
      slots.push({ key: `header_${header.kind}`, form: MEDIA });
      break;
    case "document":
      slots.push({ key: "header_document", form: MEDIA }, { key: "header_filename", optional: true });
      break;
    case "location":
      slots.push({ key: "header_latitude", form: LATITUDE }, { key: "header_longitude", form: LONGITUDE });
      slots.push({ key: "header_name" }, { key: "header_address" });
      break;
  }
  for (const { kind, index } of buttons) {
    const key = `button_${index}`;
    if (kind === "url") slots.push({ key, form: LINK_END });
    if (kind === "copy_code") slots.push({ key, charsMax: COPY_CODE_CHARS_MAX });
    if (kind === "quick_reply") slots.push({ key, charsMax: PAYLOAD_CHARS_MAX, optional: true });
  }
  return slots;
}

/** Names are unique in a template; numbers start again in the header. */
function headerKey(parameterFormat: TemplateShape["parameterFormat"], name: string): string {
  return parameterFormat === "named" ? name : `header_${name}`;
}

function slotProblem(
  slots: readonly Slot[],
  params: ReadonlyMap<string, string>,
): ParameterProblem | undefined {
  const missing = slots.find(({ key, optional }) => !optional && !params.has(key));
  if (missing) {
    const sentence = `The template needs the parameter ${missing.key}, which is empty or not given.`;
    return problem("parameter_missing", missing.key, sentence);
  }
  const known = new Set(slots.map(({ key }) => key));
  const extra = [...params.keys()].find((key) => !known.has(key));
  if (extra !== undefined) {
    const sentence = `The template has no place for the parameter ${extra}: take it out of the rule.`;
    return problem("parameter_unexpected", extra, sentence);
  }
  for (const { key, form, charsMax = Number.POSITIVE_INFINITY } of slots) {
    const value = params.get(key) ?? "";
    if (value === "") continue;
    if (form && !form.fits(value)) {
      return problem("parameter_kind_mismatch", key, `The parameter ${key} must be ${form.words}.`);
    }
    if (value.length > charsMax) return tooLong(key, charsMax);
  }
  return undefined;
}

function textTooLong(
  { parameterFormat, header, body }: TemplateShape,
  params: ReadonlyMap<string, string>,
): ParameterProblem | undefined {
  const check = (text: TemplateText, charsMax: number, keyOf: (name: string) => string) => {
    const values = new Map(text.variables.map((name) => [name, params.get(keyOf(name)) ?? ""]));
    if (filledText(text, values).length <= charsMax) return undefined;
    const [longest = ""] = [...values.keys()].sort(
      (a, b) => (values.get(b) ?? "").length - (values.get(a) ?? "").length,
    );
    return tooLong(keyOf(longest), charsMax);
  };
  const inHeader =
    header?.kind === "text"
      ? check(header, HEADER_CHARS_MAX, (name) => headerKey(parameterFormat, name))
      : undefined;
  return inHeader ?? check(body, BODY_CHARS_MAX, (name) => name);
}

function tooLong(key: string, charsMax: number): ParameterProblem {
  const sentence = `The parameter ${key} is too long: with it, that part of the message has more than ${charsMax} characters.`;
  return problem("parameter_too_long", key, sentence);
}

function argumentsOf(shape: TemplateShape, params: ReadonlyMap<string, string>): TemplateArguments {
  const { parameterFormat, body, buttons } = shape;
  const header = headerArgument(shape, params);
  return {
    parameterFormat,
    ...(header && { header }),
    body: body.variables.map((name) => ({ name, text: params.get(name) ?? "" })),
    buttons: buttons.flatMap(({ kind, index }) => {
      const value = params.get(`button_${index}`);
      return kind === "static" || value === undefined ? [] : [{ kind, index, value }];
    }),
  };
}

function headerArgument(
  { parameterFormat, header }: TemplateShape,
  params: ReadonlyMap<string, string>,
): HeaderArgument | undefined {
  const value = (key: string) => params.get(`header_${key}`) ?? "";
  switch (header?.kind) {
    case undefined:
      return undefined;
    case "text": {
      const variables = header.variables.map((name) => ({
        name,
        text: params.get(headerKey(parameterFormat, name)) ?? "",
      }));
      return variables.length === 0 ? undefined : { kind: "text", variables };
    }
    case "image":
    case "video":
      return { kind: header.kind, media: mediaSource(value(header.kind)) };
    case "document": {
      const filename = value("filename");
      return {
        kind: "document",
        media: mediaSource(value("document")),
        ...(filename !== "" && { filename }),
      };
    }
    case "location": {
      const [latitude, longitude] = [value("latitude"), value("longitude")];
      return { kind: "location", latitude, longitude, name: value("name"), address: value("address") };
    }
  }
}

function mediaSource(value: string): MediaSource {
  return MEDIA_ID.test(value) ? { id: value } : { link: value };
}

function isHttpsLink(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === "https:";
}

function isNumberWithin(value: string, max: number): boolean {
  return /^-?\d{1,3}(\.\d{1,20})?$/.test(value) && Math.abs(Number(value)) <= max;
}
