import type { Fault, FaultKind } from "../simulator/faults.ts";
import { control } from "./control.ts";
import { byId, element } from "./element.ts";
import { toggle } from "./people.ts";

const GROUPS: [string, FaultKind[]][] = [
  [
    "Account and templates",
    ["token_expired", "graph_error", "template_paused", "template_disabled", "template_rejected"],
  ],
  [
    "The answer to a send",
    [
      "server_error_before",
      "server_error_after",
      "reset_before",
      "reset_after",
      "hang_before",
      "hang_after",
      "slow_answer",
      "truncated_body",
      "truncated_json",
      "wrong_content_type",
      "slow_drip",
    ],
  ],
  [
    "What happens to the message",
    [
      "failed_status",
      "held_for_quality",
      "no_statuses",
      "missing_delivered",
      "delayed_statuses",
      "reordered_statuses",
    ],
  ],
  [
    "Webhooks and people",
    [
      "webhook_before_response",
      "duplicate_webhooks",
      "wrong_signature",
      "ids_in_contacts_only",
      "ids_in_fields_only",
      "no_ids_in_answer",
      "user_id_in_answer",
      "parent_id_only",
      "username_only",
    ],
  ],
];

const CODES: Partial<Record<FaultKind, string>> = { graph_error: "130429", failed_status: "131026" };
const DELAYS: Partial<Record<FaultKind, string>> = {
  delayed_statuses: "5000",
  slow_answer: "2000",
  slow_drip: "2000",
  held_for_quality: "3000",
};

const switches = new Map<FaultKind, { input: HTMLInputElement; hits: HTMLElement }>();

/** Draws the switches once; later views only set them. */
export async function drawFaultSwitches(pane: HTMLElement): Promise<void> {
  const known = await control<{ kinds: Record<FaultKind, string> }>("GET", "/faults");
  if (!known) return;
  for (const [title, kinds] of GROUPS) {
    pane.append(element("h2", {}, title), ...kinds.map((kind) => faultSwitch(kind, known.kinds[kind])));
  }
}

function faultSwitch(kind: FaultKind, says: string): HTMLElement {
  const times = numberField("times", "always");
  const code = CODES[kind] === undefined ? undefined : numberField("code", CODES[kind]);
  const delay = DELAYS[kind] === undefined ? undefined : numberField("ms", DELAYS[kind]);
  const row = toggle(
    kind.replaceAll("_", " "),
    says,
    false,
    (isOn) =>
      void (isOn
        ? add(kind, numberIn(times.input), numberIn(code?.input), numberIn(delay?.input))
        : remove(kind)),
    "harm",
  );
  const hits = element("span", {});
  const options = element("span", { class: "fault-options" }, times.label, code?.label, delay?.label, hits);
  const input = row.querySelector("input") as HTMLInputElement;
  switches.set(kind, { input, hits });
  return element("div", { class: "fault" }, row, options);
}

/** What was typed, or else the number that the empty field suggests. */
function numberIn(input: HTMLInputElement | undefined): number | undefined {
  return Number(input?.value || input?.placeholder) || undefined;
}

function numberField(name: string, placeholder: string) {
  const input = element("input", { type: "number", min: "1", placeholder });
  return { input, label: element("label", {}, name, input) };
}

async function add(kind: FaultKind, count?: number, code?: number, delayMs?: number): Promise<void> {
  await control("POST", "/faults", { kind, count, code, delayMs });
}

async function remove(kind: FaultKind): Promise<void> {
  const known = await control<{ faults: Fault[] }>("GET", "/faults");
  const own = known?.faults.filter((fault) => fault.kind === kind) ?? [];
  await Promise.all(own.map((fault) => control("DELETE", `/faults/${fault.id}`)));
}

export function setFaultSwitches(faults: Fault[]): void {
  for (const [kind, { input, hits }] of switches) {
    const own = faults.filter((fault) => fault.kind === kind);
    input.checked = own.length > 0;
    const struck = own.reduce((sum, fault) => sum + fault.hits, 0);
    hits.textContent = own.length > 0 ? `struck ${struck} times` : "";
  }
  const tab = byId("tab-faults");
  tab.replaceChildren(
    "Faults",
    faults.length > 0 ? element("span", { class: "on" }, String(faults.length)) : "",
  );
}
