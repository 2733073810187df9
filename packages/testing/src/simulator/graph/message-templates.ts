import { missingParameter, refusal } from "../graph-errors.ts";
import type { Simulation } from "../simulation.ts";
import { creationRefusal, readCreation } from "../templates/check-creation.ts";
import { putTemplate, removeTemplates, review } from "../templates/lifecycle.ts";
import { type Template, templateKey, type Waba } from "../world.ts";
import { type GraphAnswer, type GraphCall, ok, readFields, refuse } from "./call.ts";
import { selectFields } from "./node-fields.ts";
import { pageOf } from "./paging.ts";

const DEFAULT_FIELDS = ["name", "parameter_format", "components", "language", "status", "category", "id"];
const CREATIONS_PER_HOUR_MAX = 100;
const HOUR_MS = 3_600_000;

/** GET /{waba-id}/message_templates */
// behaviour: template-list
export function listTemplates(sim: Simulation, waba: Waba, call: GraphCall, origin: string): GraphAnswer {
  const { query } = call;
  const asked = (["name", "status", "language", "category"] as const).filter(
    (filter) => query.get(filter) !== null,
  );
  const templates = [...sim.world.templates.values()].filter(
    (template) =>
      template.wabaId === waba.id && asked.every((filter) => template[filter] === query.get(filter)),
  );
  const page = pageOf(
    templates,
    (template) => template.id,
    query,
    (next) => `${origin}/${call.version}/${waba.id}/message_templates?${next}`,
    call.version,
  );
  if ("refused" in page) return refuse(page.refused);
  const data: object[] = [];
  for (const template of page.items) {
    const selected = selectFields(
      nodeOf(template),
      DEFAULT_FIELDS,
      query.get("fields"),
      "WhatsAppMessageTemplate",
    );
    if ("refused" in selected) return refuse(selected.refused);
    data.push(selected.node);
  }
  return ok({ data, ...(page.paging ? { paging: page.paging } : {}) });
}

/** GET /{template-id} */
export function getTemplate(template: Template, call: GraphCall): GraphAnswer {
  const selected = selectFields(
    nodeOf(template),
    DEFAULT_FIELDS,
    call.query.get("fields"),
    "WhatsAppMessageTemplate",
  );
  return "refused" in selected ? refuse(selected.refused) : ok(selected.node);
}

/** POST /{waba-id}/message_templates */
// behaviour: template-review
export function createTemplate(sim: Simulation, waba: Waba, call: GraphCall): GraphAnswer {
  const read = readCreation(readFields(call) ?? {});
  if ("refused" in read) return refuse(read.refused);
  const { name, language } = read.template;
  // behaviour: template-creation-rate
  waba.templateCreationsMs = waba.templateCreationsMs.filter((atMs) => atMs > call.atMs - HOUR_MS);
  if (waba.templateCreationsMs.length >= CREATIONS_PER_HOUR_MAX) return refuse(refusal(80008));
  if (sim.world.templates.has(templateKey(waba.id, name, language))) {
    return refuse(
      creationRefusal(
        2388024,
        "Content in this language already exists",
        `There is already ${language} content for this template.`,
      ),
    );
  }
  // behaviour: template-name-lock
  if ((waba.lockedNames.get(name) ?? 0) > call.atMs) {
    return refuse(
      creationRefusal(
        2388023,
        "Template is being deleted",
        "A template of this name was deleted. Use another name.",
      ),
    );
  }
  waba.templateCreationsMs.push(call.atMs);
  const template = putTemplate(sim, waba, { ...read.template, status: "PENDING" });
  review(sim, template);
  return ok({ id: template.id, status: template.status, category: template.category });
}

/** DELETE /{waba-id}/message_templates: all languages of a name, one id of that name, or up to 100 ids. */
// behaviour: template-delete
export function deleteTemplates(sim: Simulation, waba: Waba, call: GraphCall): GraphAnswer {
  const { query } = call;
  const name = query.get("name");
  const ids = query.has("hsm_ids")
    ? listOf(query.get("hsm_ids") ?? "")
    : query.has("hsm_id")
      ? [query.get("hsm_id") ?? ""]
      : undefined;
  if (name === null && ids === undefined) return refuse(missingParameter("name"));
  const chosen = [...sim.world.templates.values()].filter(
    (template) =>
      template.wabaId === waba.id &&
      (name === null || template.name === name) &&
      (!ids || ids.includes(template.id)),
  );
  if (chosen.length === 0) {
    return refuse(
      creationRefusal(2593002, "Message template not found", "There is no template of this name or id."),
    );
  }
  removeTemplates(sim, waba, chosen);
  return ok({ success: true });
}

function listOf(text: string): string[] {
  return text.replace(/[[\]"\s]/g, "").split(",");
}

// behaviour: template-id-types
function nodeOf(template: Template): Record<string, unknown> {
  return {
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    parameter_format: template.parameterFormat,
    components: template.components,
    quality_score: { score: template.qualityScore },
    rejected_reason: template.rejectedReason,
    correct_category: undefined,
    previous_category: undefined,
    sub_category: undefined,
    message_send_ttl_seconds: undefined,
    library_template_name: undefined,
    source: template.source,
    last_updated_time: undefined,
  };
}
