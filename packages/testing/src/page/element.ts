type Child = Node | string | undefined | false;
type Attributes = Record<string, string | boolean | undefined | ((event: Event) => void)>;

/** Makes an element; `on…` attributes are listeners, `true` is an attribute without a value. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice("on".length), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** The element of the page with this id, which index.html is sure to have. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

const drawn = new WeakMap<Element, string>();

/** Draws the children anew only when what they show has changed, and never under the user's hand. */
export function redraw(parent: Element, shown: unknown, draw: () => Child[]): void {
  const key = JSON.stringify(shown);
  const isInUse = parent.contains(document.activeElement) && document.activeElement?.matches("select, input");
  if (drawn.get(parent) === key || isInUse) return;
  drawn.set(parent, key);
  parent.replaceChildren(...draw().filter((child) => child !== undefined && child !== false));
}
