import type { AuditFact } from "../audit/index.ts";
import type { TemplateChange } from "../templates/index.ts";
import type { OwnedFact } from "./sort-webhook.ts";

/**
 * What Meta's events of a template say of its status. One that is flagged still sends; one that is reinstated or taken out of the
 * archive sends again. All others are called as the status that they bring.
 */
const STATUS_OF_EVENT: Readonly<Record<string, string | undefined>> = {
  FLAGGED: undefined,
  REINSTATED: "APPROVED",
  UNARCHIVED: "APPROVED",
};

function isEventOnly(event: string): boolean {
  return Object.hasOwn(STATUS_OF_EVENT, event);
}

export function templateChangeOf({ fact, wabaId }: OwnedFact): TemplateChange[] {
  switch (fact.kind) {
    case "template_status": {
      const { templateId, status: event, category } = fact;
      const status = isEventOnly(event) ? STATUS_OF_EVENT[event] : event;
      const filed = category && { category: category.toUpperCase() };
      return [{ wabaId, templateId, ...(status && { status }), ...filed }];
    }
    case "template_quality":
      return [{ wabaId, templateId: fact.templateId, quality: fact.current }];
    case "template_category":
      // Announced changes take effect when Meta makes them.
      return fact.upcoming ? [] : [{ wabaId, templateId: fact.templateId, category: fact.current }];
    default:
      return [];
  }
}

/** Its text or what else Meta keeps of it may be another than the one that was read last. */
export function isToBeReadAgain(fact: OwnedFact["fact"]): fact is Extract<typeof fact, { name: string }> {
  if (fact.kind === "template_components") return true;
  return fact.kind === "template_status" && isEventOnly(fact.status);
}

/** What Meta tells and the engine does not act on by itself: a person shall find it. */
export function reportedFact({ fact, wabaId }: OwnedFact): AuditFact[] {
  const actor = { type: "meta" } as const;
  switch (fact.kind) {
    case "account_update":
    case "number_update": {
      const outcome = `${fact.field}:${fact.event}`;
      return [{ actor, action: "account.reported", object: { type: "waba", id: wabaId }, outcome }];
    }
    case "template_status": {
      if (!isEventOnly(fact.status)) return [];
      const object = { type: "template", id: fact.name };
      return [{ actor, action: "template.reported", object, outcome: fact.status.toLowerCase() }];
    }
    case "template_components":
    case "template_category": {
      if (fact.kind === "template_category" && !fact.upcoming) return [];
      const outcome = fact.kind === "template_category" ? `becomes:${fact.upcoming?.category}` : "components";
      return [{ actor, action: "template.reported", object: { type: "template", id: fact.name }, outcome }];
    }
    default:
      return [];
  }
}
