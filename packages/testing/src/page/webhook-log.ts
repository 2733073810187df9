import type { DeliverySummary, DeliveryView } from "../simulator/views.ts";
import { control } from "./control.ts";
import { element } from "./element.ts";
import { secondOf } from "./times.ts";

const drawn = new Map<string, { shown: string; node: HTMLElement }>();

/** Newest first. An entry that is open stays open while others arrive. */
export function drawWebhooks(pane: HTMLElement, deliveries: DeliverySummary[]): void {
  if (deliveries.length === 0) {
    pane.replaceChildren(
      element(
        "p",
        { class: "hint" },
        "No webhook was posted yet. They start when an app is subscribed and has a callback.",
      ),
    );
    return;
  }
  pane.replaceChildren(...deliveries.map(nodeOf));
  for (const id of drawn.keys()) if (!deliveries.some((delivery) => delivery.id === id)) drawn.delete(id);
}

const STATES = {
  delivered: { kind: "good", says: "200" },
  pending: { kind: "wait", says: "waits" },
  dropped: { kind: "bad", says: "dropped" },
} as const;

function nodeOf(delivery: DeliverySummary): HTMLElement {
  const shown = JSON.stringify(delivery);
  const known = drawn.get(delivery.id);
  if (known?.shown === shown) return known.node;
  const state = STATES[delivery.state];
  const says =
    delivery.state === "pending" && delivery.attempts > 0 ? `answered ${delivery.lastAnswer}` : state.says;
  const tries = delivery.attempts > 1 ? `, ${delivery.attempts} tries` : "";
  const details = element(
    "details",
    { class: "webhook", open: known?.node.hasAttribute("open") ?? false },
    element(
      "summary",
      {},
      element("span", { class: "at" }, secondOf(delivery.createdAtMs)),
      element("span", {}, delivery.what),
      element("span", { class: `badge ${state.kind}` }, says + tries),
    ),
  );
  details.addEventListener("toggle", () => void showBody(details, delivery.id), { once: true });
  drawn.set(delivery.id, { shown, node: details });
  return details;
}

async function showBody(details: HTMLElement, id: string): Promise<void> {
  const delivery = await control<DeliveryView>("GET", `/webhooks/${id}`);
  if (!delivery) return;
  const again = (label: string, body: object) =>
    element(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () => void control("POST", `/webhooks/${id}/redeliver`, body),
      },
      label,
    );
  details.append(
    element("p", { class: "hint" }, `POST ${delivery.url}`),
    element(
      "div",
      { class: "actions" },
      again("Send again", {}),
      again("Send with a wrong signature", { flaw: "wrong" }),
    ),
    element("pre", { tabindex: "0" }, JSON.stringify(JSON.parse(delivery.body), null, 2)),
  );
}
