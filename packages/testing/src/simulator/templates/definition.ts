/** Message templates as the Graph API stores them: components in upper case, placeholders in double braces. */
export type TemplateStatus =
  | "APPROVED"
  | "PENDING"
  | "REJECTED"
  | "PAUSED"
  | "DISABLED"
  | "IN_APPEAL"
  | "PENDING_DELETION"
  | "LIMIT_EXCEEDED"
  | "ARCHIVED";

export const TEMPLATE_STATUSES = [
  "APPROVED",
  "PENDING",
  "REJECTED",
  "PAUSED",
  "DISABLED",
  "IN_APPEAL",
  "PENDING_DELETION",
  "LIMIT_EXCEEDED",
  "ARCHIVED",
] as const satisfies TemplateStatus[];

export type TemplateCategory = "UTILITY" | "MARKETING" | "AUTHENTICATION";
export type ParameterFormat = "NAMED" | "POSITIONAL";

export interface TemplateButton {
  type: string;
  text?: string | undefined;
  url?: string | undefined;
  phone_number?: string | undefined;
  otp_type?: string | undefined;
  example?: unknown;
  [key: string]: unknown;
}

export interface TemplateComponent {
  type: string;
  format?: string | undefined;
  text?: string | undefined;
  buttons?: TemplateButton[] | undefined;
  cards?: { components: TemplateComponent[] }[] | undefined;
  limited_time_offer?: { text?: string | undefined; has_expiration?: boolean | undefined } | undefined;
  example?: unknown;
  [key: string]: unknown;
}

export interface TemplateDefinition {
  name: string;
  language: string;
  category: TemplateCategory;
  parameterFormat: ParameterFormat;
  components: TemplateComponent[];
}

const PLACEHOLDER = /\{\{\s*([a-z0-9_]+)\s*\}\}/gi;

/** The distinct placeholder names of a text, in order of first use: `["1", "2"]` or `["customer_name"]`. */
export function placeholdersOf(text: string | undefined): string[] {
  if (!text?.includes("{{")) return [];
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] as string))];
}

export function fillPlaceholders(text: string, value: (name: string) => string | undefined): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => value(name) ?? placeholder);
}

export function componentOf(components: TemplateComponent[], type: string): TemplateComponent | undefined {
  return components.find((component) => component.type === type);
}
