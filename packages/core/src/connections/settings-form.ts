import { z } from "zod";
import type { WebhookConnector } from "../events/index.ts";

/** One thing that a merchant sets, as far as somebody who asks for it has to know. */
export interface SettingField {
  readonly name: string;
  readonly required: boolean;
  /** Typed unseen and never shown again. */
  readonly secret: boolean;
  readonly type: "text" | "number" | "list" | "object";
}

const fieldsOf = z.object({
  properties: z.record(
    z.string(),
    z.looseObject({ type: z.string().optional(), secret: z.boolean().optional() }),
  ),
  required: z.array(z.string()).default([]),
});

/** What a connector asks for, in its own order, read from its schema: a connector says it once. */
export function settingFields({ settings }: Pick<WebhookConnector, "settings">): SettingField[] {
  const schema = z.toJSONSchema(settings, { io: "input", unrepresentable: "any" });
  const read = fieldsOf.safeParse(schema).data;
  if (!read) return [];
  return Object.entries(read.properties).map(([name, { type, secret = false }]) => ({
    name,
    required: read.required.includes(name),
    secret,
    type: typeOf(type),
  }));
}

function typeOf(type: string | undefined): SettingField["type"] {
  if (type === "integer" || type === "number") return "number";
  if (type === "array") return "list";
  return type === "object" ? "object" : "text";
}
