/** Puts the panels into their places. Where they stand at which width is the style sheets' business. */
import { h } from "../dom.ts";
import type { Store } from "../store.ts";
import { createSplitter, type SplitterOptions } from "./splitter.ts";
import type { Tabs } from "./tabs.ts";

export interface ShellParts {
  readonly toolbar: HTMLElement;
  readonly notice: HTMLElement;
  readonly code: HTMLElement;
  readonly sentence: HTMLElement;
  readonly stack: HTMLElement;
  readonly frames: HTMLElement;
  readonly tabs: Tabs;
  readonly timeline: HTMLElement;
}

/** From here down the page is one column, and the call frames join the tabs. */
const PHONE = "(max-width: 699.98px)";

const SPLITTERS = {
  middle: { name: "middle", label: "Width of the middle column", vertical: true, before: false, initial: 344, least: 260, spare: 320 },
  side: { name: "side", label: "Width of the right column", vertical: true, before: false, initial: 392, least: 280, spare: 320 },
  frames: { name: "frames", label: "Height of the call frames", vertical: false, before: false, initial: 300, least: 96, spare: 200 },
  lower: { name: "lower", label: "Height of the lower panels", vertical: false, before: false, initial: 300, least: 120, spare: 240 },
} satisfies Record<string, SplitterOptions>;

export function createShell(parts: ShellParts, store: Store): HTMLElement {
  const root = document.documentElement;
  const splitter = (options: SplitterOptions): HTMLElement => {
    const element = createSplitter(root, options, store.saved.sizes[options.name], (size) => {
      store.set("sizes", { ...store.saved.sizes, [options.name]: size });
    });
    element.classList.add(`splitter-${options.name}`);
    return element;
  };
  const middle = h("div", { class: "middle" }, parts.sentence, parts.stack, splitter(SPLITTERS.frames), parts.frames);
  const bench = h(
    "main",
    { class: "bench" },
    parts.code,
    splitter(SPLITTERS.middle),
    middle,
    splitter(SPLITTERS.side),
    splitter(SPLITTERS.lower),
    parts.tabs.element,
  );
  const app = h("div", { class: "app" }, parts.toolbar, parts.notice, bench, parts.timeline);

  const phone = matchMedia(PHONE);
  const arrange = (): void => {
    if (phone.matches) {
      parts.tabs.adopt({ id: "frames", title: "Frames", panel: parts.frames });
    } else {
      parts.tabs.release("frames");
      middle.append(parts.frames);
    }
  };
  arrange();
  phone.addEventListener("change", arrange);
  return app;
}
