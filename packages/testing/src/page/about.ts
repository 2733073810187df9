import type { Behaviour } from "../simulator/behaviour.ts";
import { control } from "./control.ts";
import { element } from "./element.ts";

const KINDS = { documented: "good", observed: "wait", assumed: "" } as const;
const MEANINGS = {
  documented: "Meta's pages say so.",
  observed: "Seen in real answers that were made public.",
  assumed: "Our reading, or a rule of the simulator itself.",
} as const;

/** What is simulated, how sure we are of each, and what is left out. */
export async function drawAbout(pane: HTMLElement): Promise<void> {
  const known = await control<{ behaviours: Record<string, Behaviour>; notSimulated: string[] }>(
    "GET",
    "/behaviours",
  );
  if (!known) return;
  const all = Object.values(known.behaviours);
  pane.append(
    element("h2", {}, "About this simulator"),
    element(
      "p",
      {},
      "It answers as the WhatsApp Cloud API of Meta's Graph API does, as far as the list below says. It listens on this machine only, posts webhooks to this machine only, and refuses tokens that look real. It is not made by Meta.",
    ),
    element("p", {}, element("a", { href: "/_simulator/" }, "The control API for tests")),
  );
  for (const basis of ["documented", "observed", "assumed"] as const) {
    const own = all.filter((behaviour) => behaviour.basis === basis);
    pane.append(element("h2", {}, `${own.length} ${basis}: ${MEANINGS[basis]}`));
    pane.append(...own.map((behaviour) => entry(behaviour)));
  }
  pane.append(element("h2", {}, "Not simulated"));
  pane.append(...known.notSimulated.map((text) => element("p", { class: "behaviour" }, text)));
}

function entry({ basis, says, source }: Behaviour): HTMLElement {
  return element(
    "p",
    { class: "behaviour" },
    element("span", { class: `badge ${KINDS[basis]}` }, basis),
    ` ${says}`,
    element("span", { class: "hint" }, source),
  );
}
