import type { PersonView } from "../simulator/views.ts";
import { control } from "./control.ts";
import { element, redraw } from "./element.ts";
import { timeOf } from "./times.ts";

export function drawPeople(
  list: HTMLElement,
  people: PersonView[],
  chosen: string | undefined,
  choose: (phone: string) => void,
): void {
  redraw(list, [people, chosen], () =>
    people.map((person) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: "person",
            "aria-current": String(person.phone === chosen),
            onclick: () => choose(person.phone),
          },
          element("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name)),
          element("strong", { dir: "auto" }, person.name),
          element("span", { class: "at" }, person.lastAtMs === undefined ? "" : timeOf(person.lastAtMs)),
          element("span", { class: "last", dir: "auto" }, person.lastText || person.phone),
        ),
      ),
    ),
  );
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("");
}

const MODES: Record<PersonView["userIdMode"], string> = {
  legacy: "Phone only, as before 2026",
  default: "Phone and user id",
  username_with_phone: "Username, phone shown",
  username_without_phone: "Username, phone hidden",
};

/** What can be changed about the person whose phone is shown. */
export function drawPerson(pane: HTMLElement, person: PersonView | undefined): void {
  redraw(pane, person && { ...person, lastText: "", lastAtMs: 0 }, () => {
    if (!person) return [element("p", { class: "hint" }, "Nobody is here yet. Add a phone on the left.")];
    const path = `/phones/${encodeURIComponent(person.phone)}`;
    const change = (facts: object) => void control("PATCH", path, facts);
    return [
      element("h2", {}, "Who this is"),
      element("p", {}, `${person.name}, ${person.phone}`, person.username ? `, ${person.username}` : ""),
      element("p", { class: "hint" }, `User id in this portfolio: ${person.userId ?? "none"}`),
      element("h2", {}, "The phone"),
      toggle("Phone is on", "Off: messages stay at sent.", person.phoneIsOn, (isOn) =>
        change({ phoneIsOn: isOn }),
      ),
      toggle(
        "Reads messages",
        "Off: stays at delivered until the chat is opened.",
        person.readsByThemselves,
        (isOn) => change({ readsByThemselves: isOn }),
      ),
      toggle("Is on WhatsApp", "Off: accepted with 200, then fails with 131026.", person.onWhatsApp, (isOn) =>
        change({ onWhatsApp: isOn }),
      ),
      toggle(
        "Takes marketing messages",
        "WhatsApp's own menu: sends user_preferences.",
        !person.hasStoppedMarketing,
        (takes) => void control("POST", `${path}/preferences`, { value: takes ? "resume" : "stop" }),
      ),
      element("h2", {}, "What the business sees"),
      modes(person, (userIdMode) => change({ userIdMode })),
    ];
  });
}

export function toggle(
  label: string,
  hint: string,
  isOn: boolean,
  change: (isOn: boolean) => void,
  kind = "",
): HTMLElement {
  const input = element("input", {
    type: "checkbox",
    role: "switch",
    class: `switch ${kind}`,
    checked: isOn,
    onchange: () => change(input.checked),
  });
  return element(
    "label",
    { class: "row" },
    element("span", { class: "fault-name" }, label),
    input,
    element("span", { class: "hint" }, hint),
  );
}

function modes(person: PersonView, change: (mode: string) => void): HTMLElement {
  const select = element(
    "select",
    { onchange: () => change(select.value) },
    ...Object.entries(MODES).map(([mode, says]) =>
      element("option", { value: mode, selected: mode === person.userIdMode }, says),
    ),
  );
  return element("label", { class: "row" }, element("span", {}, "Identity"), select);
}
