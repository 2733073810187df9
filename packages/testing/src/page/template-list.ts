import type { TemplateView } from "../simulator/views.ts";
import { control } from "./control.ts";
import { element, redraw } from "./element.ts";

const STATUSES: TemplateView["status"][] = ["APPROVED", "PENDING", "PAUSED", "DISABLED", "REJECTED"];

export function drawTemplates(pane: HTMLElement, templates: TemplateView[]): void {
  redraw(pane, templates, () => {
    const names = [...new Set(templates.map(({ name }) => name))];
    return [
      element(
        "p",
        { class: "hint" },
        "A change here is also told to the business by webhook. Only APPROVED can be sent.",
      ),
      ...names.map((name) =>
        group(
          name,
          templates.filter((template) => template.name === name),
        ),
      ),
    ];
  });
}

function group(name: string, templates: TemplateView[]): HTMLElement {
  return element(
    "div",
    { class: "template-group" },
    element("strong", { class: "template-name" }, name),
    ...templates.map(row),
  );
}

function row(template: TemplateView): HTMLElement {
  const select = element(
    "select",
    {
      onchange: () =>
        void control("POST", `/templates/${template.name}/status`, {
          language: template.language,
          status: select.value,
        }),
    },
    ...[...new Set([...STATUSES, template.status])].map((status) =>
      element("option", { value: status, selected: status === template.status }, status.toLowerCase()),
    ),
  );
  const kind = template.status === "APPROVED" ? "good" : template.status === "PENDING" ? "wait" : "bad";
  return element(
    "label",
    { class: "row" },
    element(
      "span",
      {},
      `${template.language} `,
      element("span", { class: `badge ${kind}` }, template.category.toLowerCase()),
      element("span", { class: "unseen" }, ` status of ${template.name}`),
    ),
    select,
  );
}
