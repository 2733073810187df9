import type { PhoneView } from "../simulator/views.ts";
import { drawAbout } from "./about.ts";
import { drawChat } from "./chat.ts";
import { control } from "./control.ts";
import { byId, element } from "./element.ts";
import { drawFaultSwitches, setFaultSwitches } from "./fault-switches.ts";
import { icon } from "./icons.ts";
import { drawPeople, drawPerson, initials } from "./people.ts";
import { connectTabs } from "./tabs.ts";
import { drawTemplates } from "./template-list.ts";
import { dayOf, timeOf } from "./times.ts";
import { drawWebhooks } from "./webhook-log.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let source: EventSource | undefined;
let shown: PhoneView | undefined;

/** Follows one phone, or whichever has the newest message. Every event is a whole view. */
function follow(phone: string | undefined): void {
  source?.close();
  const query = phone === undefined ? "" : `?phone=${encodeURIComponent(phone)}`;
  source = new EventSource(`/_simulator/live${query}`);
  source.addEventListener("message", ({ data }) => draw(JSON.parse(data) as PhoneView));
  source.addEventListener("error", () => {
    byId("counts").textContent = "The simulator does not answer. Waiting for it to come back.";
  });
}

function choose(phone: string): void {
  history.replaceState(null, "", `#${phone}`);
  follow(phone);
}

function draw(view: PhoneView): void {
  shown = view;
  const { chosen, counts, business } = view;
  byId("counts").textContent =
    `${counts.accepted} accepted, ${counts.refused} refused, ${counts.statuses} statuses, ${counts.received} replies`;
  byId("clock-now").textContent = `${dayOf(view.nowMs)}, ${timeOf(view.nowMs)}`;
  byId("phone-time").textContent = timeOf(view.nowMs);
  byId("phone-signal").replaceChildren(icon(chosen?.phoneIsOn === false ? "off" : "bars"));
  byId("business-name").textContent = business.name;
  byId("business-avatar").textContent = initials(business.name);
  byId("business-number").textContent = business.number;
  byId("chat-owner").replaceChildren(...(chosen ? ["Phone of ", element("bdi", {}, chosen.name)] : []));
  drawChat(byId("chat"), chosen?.phone ?? "", chosen?.thread ?? []);
  drawPeople(byId("people"), view.people, chosen?.phone, choose);
  drawPerson(byId("pane-person"), withoutThread(chosen));
  setFaultSwitches(view.faults);
  drawTemplates(byId("pane-templates"), view.templates);
  drawWebhooks(byId("pane-webhooks"), view.deliveries);
}

function withoutThread(chosen: PhoneView["chosen"]) {
  if (!chosen) return undefined;
  const { thread: _, ...person } = chosen;
  return person;
}

async function act(action: string, body: object = {}): Promise<void> {
  if (shown?.chosen)
    await control("POST", `/phones/${encodeURIComponent(shown.chosen.phone)}/${action}`, body);
}

function connectForms(): void {
  const composer = byId<HTMLFormElement>("composer");
  const reply = byId<HTMLInputElement>("reply");
  composer.querySelector("button")?.append(icon("send"));
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = reply.value.trim();
    reply.value = "";
    if (text) void act("reply", { text });
  });
  for (const shortcut of document.querySelectorAll<HTMLElement>("[data-reply]")) {
    shortcut.addEventListener("click", () => void act("reply", { text: shortcut.dataset["reply"] }));
  }
  byId("open-chat").addEventListener("click", () => void act("read"));
  byId("add-person").addEventListener("submit", (event) => {
    event.preventDefault();
    void addPerson();
  });
  byId("advance-hour").addEventListener(
    "click",
    () => void control("POST", "/clock/advance", { ms: HOUR_MS }),
  );
  byId("advance-day").addEventListener("click", () => void control("POST", "/clock/advance", { ms: DAY_MS }));
  byId("forget").addEventListener("click", () => void control("DELETE", "/messages"));
}

async function addPerson(): Promise<void> {
  const field = byId<HTMLInputElement>("new-phone");
  const phone = field.value.trim();
  if (!phone) return;
  const seeded = await control("POST", "/seed", { people: [{ phone }] });
  if (seeded === undefined) return;
  field.value = "";
  choose(`+${phone.replace(/\D/g, "")}`);
}

// So that the keyboard can scroll it in every browser.
byId("chat").tabIndex = 0;
connectTabs(byId("tabs"));
connectForms();
void drawFaultSwitches(byId("pane-faults"));
void drawAbout(byId("pane-about"));
follow(location.hash.slice(1) || undefined);
