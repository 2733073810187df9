import type { Simulation } from "../simulation.ts";
import { type Template, templateKey, type Waba } from "../world.ts";
import type { TemplateDefinition, TemplateStatus } from "./definition.ts";

const TEMPLATE_ID_DIGITS = 15;
const NAME_LOCK_MS = 30 * 86_400_000;
const PAUSE_TITLES = ["FIRST_PAUSE", "SECOND_PAUSE"];

export function putTemplate(
  sim: Simulation,
  waba: Waba,
  facts: TemplateDefinition & { id?: string | undefined; status: TemplateStatus },
): Template {
  const template: Template = {
    ...facts,
    id: facts.id ?? sim.ids.numeric(TEMPLATE_ID_DIGITS),
    wabaId: waba.id,
    rejectedReason: "NONE",
    qualityScore: facts.status === "APPROVED" ? "GREEN" : "UNKNOWN",
    pauses: 0,
  };
  sim.world.templates.set(templateKey(waba.id, template.name, template.language), template);
  sim.changed();
  return template;
}

/** The review ends after its time: approved, unless the template_rejected fault strikes. */
export function review(sim: Simulation, template: Template): void {
  sim.clock.schedule(sim.settings.reviewMs, () => {
    if (template.status !== "PENDING") return;
    const isRejected = sim.faults.strike(["template_rejected"], { template: template.name }) !== undefined;
    if (isRejected) changeStatus(sim, template, "REJECTED", "INVALID_FORMAT");
    else changeStatus(sim, template, "APPROVED");
  });
}

/** Sets the status and tells the subscribers, as Meta does after a review or a fall in quality. */
// behaviour: template-status-webhook
export function changeStatus(
  sim: Simulation,
  template: Template,
  status: TemplateStatus,
  reason = "NONE",
): void {
  template.status = status;
  template.rejectedReason = status === "REJECTED" ? reason : "NONE";
  if (status === "APPROVED" && template.qualityScore === "UNKNOWN") template.qualityScore = "GREEN";
  if (status === "PAUSED") template.pauses += 1;
  const waba = sim.world.wabas.get(template.wabaId);
  sim.changed();
  if (!waba) return;
  void sim.outbox.tell(waba, {
    kind: "field",
    field: "message_template_status_update",
    hasTime: true,
    value: {
      event: status,
      // A number here, a string in the REST answers.
      message_template_id: Number(template.id),
      message_template_name: template.name,
      // With a dash, while the REST answers have an underscore.
      message_template_language: template.language.replace("_", "-"),
      reason,
      message_template_category: template.category,
      ...statusParts(template, reason),
    },
  });
}

function statusParts(template: Template, reason: string): object {
  if (template.status === "PAUSED") {
    const title = PAUSE_TITLES[template.pauses - 1] ?? "RATE_LIMITING_PAUSE";
    return { other_info: { title, description: "The template was paused because of low quality." } };
  }
  if (template.status === "DISABLED") {
    return { other_info: { title: "DISABLED", description: "The template was paused too often." } };
  }
  if (template.status !== "REJECTED") return {};
  return { rejection_info: { reason, recommendation: "Change the template and submit it again." } };
}

/** Deleting a template that was approved locks its name. */
export function removeTemplates(sim: Simulation, waba: Waba, templates: Template[]): void {
  for (const template of templates) {
    sim.world.templates.delete(templateKey(waba.id, template.name, template.language));
    if (template.status === "APPROVED") waba.lockedNames.set(template.name, sim.clock.now() + NAME_LOCK_MS);
  }
  sim.changed();
}
