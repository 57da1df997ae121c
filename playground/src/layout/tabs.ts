/**
 * Panels in tabs.
 *
 * Every panel stays a landmark: the ones behind are out of sight and their controls out of reach,
 * but what they say can still be found by name, and read aloud.
 */
import { h, setAttribute } from "../dom.ts";

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly panel: HTMLElement;
}

export interface Tabs {
  readonly element: HTMLElement;
  readonly selected: string;
  /** Whether there is such a tab to select. */
  has(id: string): boolean;
  select(id: string): void;
  /** Shows or hides a tab altogether. */
  offer(id: string, offered: boolean): void;
  /** Puts a dot on a tab that is behind, until it is selected. */
  notify(id: string): void;
  /** Takes the dot away again. */
  hush(id: string): void;
  /** Adds a panel as the first tab. */
  adopt(tab: Tab): void;
  /** Gives a panel back. */
  release(id: string): void;
}

export function createTabs(tabs: readonly Tab[], chosen: string, onSelect: (id: string) => void): Tabs {
  const strip = h("div", { class: "tab-strip", role: "tablist", "aria-label": "Panels" });
  const bodies = h("div", { class: "tab-bodies" });
  const element = h("div", { class: "side" }, strip, bodies);
  const known = new Map<string, { tab: Tab; button: HTMLButtonElement }>();
  let selected = "";

  function add(tab: Tab, first: boolean): void {
    tab.panel.id = `panel-${tab.id}`;
    const button = h("button", { type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": tab.panel.id }, tab.title);
    button.addEventListener("click", () => choose(tab.id));
    known.set(tab.id, { tab, button });
    strip[first ? "prepend" : "append"](button);
    bodies[first ? "prepend" : "append"](tab.panel);
  }

  function offered(): HTMLButtonElement[] {
    return [...strip.children].filter((child): child is HTMLButtonElement => child instanceof HTMLButtonElement && !child.hidden);
  }

  function show(id: string): void {
    selected = id;
    for (const [name, { tab, button }] of known) {
      const front = name === id;
      setAttribute(button, "aria-selected", front);
      setAttribute(button, "tabindex", front ? 0 : -1);
      tab.panel.classList.toggle("behind", !front);
      if (front) button.classList.remove("news");
    }
  }

  function choose(id: string): void {
    show(id);
    onSelect(id);
  }

  strip.addEventListener("keydown", (event) => {
    const buttons = offered();
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length]!;
    next.focus();
    next.click();
  });

  for (const tab of tabs) add(tab, false);
  show(known.has(chosen) ? chosen : tabs[0]!.id);

  return {
    element,
    get selected() {
      return selected;
    },
    has(id) {
      const entry = known.get(id);
      return entry !== undefined && !entry.button.hidden;
    },
    select: show,
    offer(id, wanted) {
      const entry = known.get(id);
      if (!entry) return;
      entry.button.hidden = !wanted;
      if (!wanted && selected === id) show(tabs[0]!.id);
    },
    notify(id) {
      if (id !== selected) known.get(id)?.button.classList.add("news");
    },
    hush(id) {
      known.get(id)?.button.classList.remove("news");
    },
    adopt(tab) {
      add(tab, true);
      show(selected);
    },
    release(id) {
      const entry = known.get(id);
      if (!entry) return;
      entry.button.remove();
      entry.tab.panel.classList.remove("behind");
      known.delete(id);
      if (selected === id) show(tabs[0]!.id);
    },
  };
}
