/** The call frames, innermost first. The one that is looked at is open and shows its locals. */
import type { Frame } from "flight-wasm";
import { h, KeyedList, setAttribute, setChildren, setText } from "../dom.ts";
import { formatAddress, formatCount, functionName } from "../format.ts";
import { valueText, type Panel, type View } from "../view.ts";

interface Item {
  readonly frame: Frame;
  readonly index: number;
  /** How deep the frame lies, from 1 for the outermost. */
  readonly depth: number;
}

/** Frames drawn at either end of a deep stack. */
const DRAWN = 60;

export function createFrames(locals: Panel, onSelect: (index: number) => void): Panel {
  const count = h("span", { class: "count" });
  const list = h("ol", { class: "frames", reversed: true });
  const note = h("p", { class: "nothing" });
  const element = h(
    "section",
    { class: "panel call-frames", "aria-label": "Call frames" },
    h("header", { class: "panel-head" }, h("h2", {}, "Call frames"), count),
    h("div", { class: "panel-body", tabindex: 0 }, list, note),
  );
  let current: View | null = null;
  const frames = new KeyedList<Item, HTMLLIElement>(
    list,
    () => {
      const button = h(
        "button",
        { type: "button", class: "frame" },
        h("span", { class: "depth" }),
        h("span", { class: "function" }),
        h("span", { class: "parameters" }),
        h("span", { class: "where" }),
      );
      button.addEventListener("click", () => onSelect(Number(button.dataset["index"])));
      return h("li", {}, button);
    },
    (row, item) => {
      updateFrame(row.firstElementChild as HTMLElement, item, current!);
      const open = item.index === current!.frame;
      setAttribute(row, "class", open ? "open" : null);
      setChildren(row, open ? [row.firstElementChild!, locals.element] : [row.firstElementChild!]);
    },
  );
  // The landmark is there from the beginning, frames or not.
  const home = h("div", {}, locals.element);
  element.lastElementChild!.append(home);

  return {
    element,
    update(view) {
      current = view;
      locals.update(view);
      const depth = view.snapshot?.depth ?? 0;
      const shown = (view.snapshot?.frames ?? [])
        .slice(0, DRAWN)
        .map((frame, index) => ({ frame, index, depth: depth - index }));
      // Out of its row before that row may go, and back home when no frame is open.
      if (shown.length === 0) home.append(locals.element);
      frames.show(shown, (item) => String(item.depth));
      setText(count, depth > 0 ? formatCount(depth) : "");
      const hidden = depth - shown.length;
      note.hidden = hidden <= 0 && shown.length > 0;
      setText(note, shown.length === 0 ? emptyText(view) : `and ${formatCount(hidden)} outer frames`);
    },
  };
}

function emptyText(view: View): string {
  return view.phase === "finished" ? "None: the call has returned." : "None.";
}

function updateFrame(button: HTMLElement, item: Item, view: View): void {
  const { frame, index, depth } = item;
  button.dataset["index"] = String(index);
  const [number, name, parameters, where] = button.children as unknown as [Element, Element, Element, Element];
  setAttribute(button, "aria-current", index === view.frame ? "true" : null);
  setText(number, String(depth));
  setText(name, functionName(frame));
  setText(
    parameters,
    frame.locals
      .filter((local) => local.parameter)
      .slice(0, 4)
      .map((local) => `${local.name ?? local.index} ${valueText(view, local)}`)
      .join("  "),
  );
  const line = frame.offset === null ? null : view.lineOf(frame.offset);
  setText(where, frame.host ? "imported" : line === null ? "" : `line ${line}`);
  setAttribute(
    button,
    "title",
    frame.offset === null
      ? functionName(frame)
      : `${functionName(frame)}, ${index === 0 ? "next" : "waits at"} ${frame.instruction ?? ""}\noffset ${formatAddress(frame.offset)}`,
  );
}
