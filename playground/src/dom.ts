/** The few functions with which the views write to the document. All of them leave alone what already is as it should be. */

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Child = Node | string | null | undefined | false;

/** Makes an element. `true` sets an attribute without a value; `false`, `null` and `undefined` leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
}

export function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  // States of assistive technology are words, "false" too; other attributes are there or not.
  if (typeof value === "boolean" && name.startsWith("aria-")) value = String(value);
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Puts exactly these children into the parent, moving none that is in its place already. */
export function setChildren(parent: Element, children: readonly Node[]): void {
  children.forEach((child, index) => {
    const there = parent.childNodes[index];
    if (there !== child) parent.insertBefore(child, there ?? null);
  });
  while (parent.childNodes.length > children.length) parent.lastChild!.remove();
}

/** A list whose elements belong to keys, so that an item that stays keeps its element. */
export class KeyedList<T, E extends Element = HTMLElement> {
  #elements = new Map<string, E>();

  constructor(
    readonly parent: Element,
    readonly make: (item: T) => E,
    readonly update: (element: E, item: T) => void,
  ) {}

  show(items: readonly T[], key: (item: T, index: number) => string): void {
    const next = new Map<string, E>();
    const elements = items.map((item, index) => {
      const name = key(item, index);
      const element = this.#elements.get(name) ?? this.make(item);
      next.set(name, element);
      this.update(element, item);
      return element;
    });
    this.#elements = next;
    setChildren(this.parent, elements);
  }
}

/** The value, brought between two bounds. */
export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
