import type { ThreadItem } from "../simulator/views.ts";
import { control, notify } from "./control.ts";
import { element } from "./element.ts";
import { type Icon, icon } from "./icons.ts";
import { richText } from "./rich-text.ts";
import { dayOf, timeOf } from "./times.ts";

type FromBusiness = Extract<ThreadItem, { origin: "business" }>;
type Content = FromBusiness["content"];
type Button = Content["buttons"][number];

const drawn = new Map<string, { shown: string; node: HTMLElement }>();
let chatOf = "";
const NEAR_THE_END_PX = 120;

const ICONS: Record<Button["kind"], Icon | undefined> = {
  reply: "reply",
  url: "link",
  phone: "phone",
  copy_code: "copy",
  other: undefined,
};

/** Draws the thread: a message that changed is drawn anew, the others stay as they are. */
export function drawChat(chat: HTMLElement, phone: string, thread: ThreadItem[]): void {
  const isOther = chatOf !== phone;
  if (isOther) drawn.clear();
  chatOf = phone;
  const isAtEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < NEAR_THE_END_PX;
  const count = drawn.size;
  chat.replaceChildren(...nodesOf(phone, thread, !isOther));
  if (isOther || (isAtEnd && drawn.size > count)) chat.scrollTop = chat.scrollHeight;
}

function nodesOf(phone: string, thread: ThreadItem[], isLive: boolean): Node[] {
  if (thread.length === 0) {
    return [
      element(
        "li",
        { class: "empty" },
        "No messages yet. What the business sends to this number appears here.",
      ),
    ];
  }
  const nodes: Node[] = [];
  let day = "";
  for (const item of thread) {
    const itsDay = dayOf(item.atMs);
    if (itsDay !== day) nodes.push(element("li", { class: "day" }, itsDay));
    day = itsDay;
    nodes.push(nodeOf(phone, item, isLive));
  }
  return nodes;
}

function nodeOf(phone: string, item: ThreadItem, isLive: boolean): HTMLElement {
  const shown = JSON.stringify(item);
  const known = drawn.get(item.wamid);
  if (known?.shown === shown) {
    known.node.classList.remove("is-new");
    return known.node;
  }
  const node = item.origin === "business" ? businessMessage(phone, item) : personMessage(item);
  if (isLive && !known) node.classList.add("is-new");
  drawn.set(item.wamid, { shown, node });
  return node;
}

const SIGNS: Record<FromBusiness["status"], { icon: Icon; says: string }> = {
  accepted: { icon: "clock", says: "accepted" },
  sent: { icon: "one", says: "sent" },
  delivered: { icon: "two", says: "delivered" },
  read: { icon: "two", says: "read" },
  played: { icon: "two", says: "played" },
  failed: { icon: "clock", says: "not delivered" },
};

function businessMessage(phone: string, item: FromBusiness): HTMLElement {
  const { content, status } = item;
  const isOnItsWay = status === "accepted" || status === "sent";
  const kinds = [
    "message",
    content.buttons.length > 0 && "has-buttons",
    isOnItsWay && "on-its-way",
    status === "failed" && "failed",
  ];
  return element(
    "li",
    { class: kinds.filter(Boolean).join(" ") },
    item.template !== undefined && element("span", { class: "tag" }, `Template ${item.template}`),
    element("div", { class: "bubble" }, ...contentNodes(content), metaOf(item)),
    replies(phone, item.wamid, content.buttons),
    content.cards && cards(phone, item.wamid, content.cards),
  );
}

function contentNodes({ header, body, footer }: Content): (Node | false)[] {
  return [
    header !== undefined && (header.kind === "text" ? heading(header.text) : media(header.kind, header.text)),
    body !== undefined && element("p", { class: "bubble-body", dir: "auto" }, ...richText(body)),
    footer !== undefined && element("p", { class: "bubble-foot", dir: "auto" }, footer),
  ];
}

const heading = (text: string) => element("p", { class: "bubble-head", dir: "auto" }, text);

function media(kind: string, name: string): HTMLElement {
  return element(
    "div",
    { class: "media" },
    icon("media"),
    element("span", { dir: "auto" }, `${kind}: ${name}`),
  );
}

function metaOf(item: FromBusiness): HTMLElement {
  const sign = SIGNS[item.status];
  const why = item.code === undefined ? sign.says : `${sign.says}, ${item.code}`;
  return element(
    "div",
    { class: "meta" },
    element("span", { class: item.status === "failed" ? "failed-why" : "" }, why),
    element("span", {}, timeOf(item.atMs)),
    element("span", { class: item.status === "read" ? "ticks read" : "ticks" }, icon(sign.icon)),
  );
}

function replies(phone: string, wamid: string, buttons: Button[]): HTMLElement | undefined {
  if (buttons.length === 0) return undefined;
  return element("div", { class: "replies" }, ...buttons.map((button) => replyButton(phone, wamid, button)));
}

function replyButton(phone: string, wamid: string, button: Button): HTMLElement {
  const sign = ICONS[button.kind];
  return element(
    "button",
    { type: "button", dir: "auto", onclick: () => void press(phone, wamid, button) },
    sign && icon(sign),
    button.text,
  );
}

async function press(phone: string, wamid: string, button: Button): Promise<void> {
  if (button.kind === "reply") {
    await control("POST", `/phones/${encodeURIComponent(phone)}/tap`, {
      button: button.payload ?? button.text,
      wamid,
    });
    return;
  }
  notify(`On a real phone this would use ${button.target ?? button.text}. Here nothing is opened.`);
}

function cards(phone: string, wamid: string, contents: Content[]): HTMLElement {
  const drawCard = (content: Content) =>
    element(
      "div",
      { class: "card message has-buttons" },
      element("div", { class: "bubble" }, ...contentNodes(content)),
      replies(phone, wamid, content.buttons),
    );
  return element("div", { class: "cards" }, ...contents.map(drawCard));
}

function personMessage(item: Extract<ThreadItem, { origin: "person" }>): HTMLElement {
  const says = item.readByBusiness ? "read" : "sent";
  return element(
    "li",
    { class: "message from-person" },
    element(
      "div",
      { class: "bubble" },
      element("p", { class: "bubble-body", dir: "auto" }, ...richText(item.text)),
      element(
        "div",
        { class: "meta" },
        element("span", { class: "unseen" }, says),
        element("span", {}, timeOf(item.atMs)),
        element("span", { class: item.readByBusiness ? "ticks read" : "ticks" }, icon("two")),
      ),
    ),
  );
}
