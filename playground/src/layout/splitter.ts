/** The line between two panels, which can be dragged, or moved with the arrow keys. */
import { clamp, h, setAttribute } from "../dom.ts";

export interface SplitterOptions {
  /** The name under which the size is remembered, and the custom property that carries it. */
  readonly name: string;
  readonly label: string;
  /** Whether the line stands upright, between a left and a right panel. */
  readonly vertical: boolean;
  /** Whether the panel whose size is set lies before the line (left of it, above it) or after. */
  readonly before: boolean;
  /** Size in pixels that the panel has from the beginning. */
  readonly initial: number;
  readonly least: number;
  /** What must be left for the other panel. */
  readonly spare: number;
}

const KEY_STEP = 24;

/**
 * Makes the line. Sizes live in custom properties on `root`, so that style sheets decide at which widths they count.
 */
export function createSplitter(
  root: HTMLElement,
  options: SplitterOptions,
  saved: number | undefined,
  remember: (size: number) => void,
): HTMLElement {
  const { vertical, before, least, initial } = options;
  const element = h("div", {
    class: `splitter ${vertical ? "upright" : "level"}`,
    role: "separator",
    tabindex: 0,
    "aria-label": options.label,
    "aria-orientation": vertical ? "vertical" : "horizontal",
    title: "Drag to resize; double-click for the size of before",
  });
  let size = saved ?? initial;

  function most(): number {
    const parent = element.parentElement!.getBoundingClientRect();
    return Math.max(least, (vertical ? parent.width : parent.height) - options.spare);
  }

  function set(next: number, kept: boolean): void {
    size = element.isConnected ? clamp(Math.round(next), least, most()) : next;
    root.style.setProperty(`--size-${options.name}`, `${size}px`);
    setAttribute(element, "aria-valuemin", least);
    setAttribute(element, "aria-valuemax", Math.max(size, element.isConnected ? most() : size));
    setAttribute(element, "aria-valuenow", size);
    if (kept) remember(size);
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
    const origin = vertical ? event.clientX : event.clientY;
    const begun = size;
    const move = (moved: PointerEvent): void => {
      const distance = (vertical ? moved.clientX : moved.clientY) - origin;
      set(begun + (before ? distance : -distance), false);
    };
    const end = (): void => {
      element.removeEventListener("pointermove", move);
      remember(size);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("lostpointercapture", end, { once: true });
  });
  element.addEventListener("dblclick", () => set(initial, true));
  element.addEventListener("keydown", (event) => {
    const towards: Record<string, number> = vertical ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
    const direction = towards[event.key];
    if (direction === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    set(size + (before ? direction : -direction) * KEY_STEP, true);
  });
  set(size, false);
  return element;
}
