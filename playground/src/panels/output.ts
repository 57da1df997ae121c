/** What the program said: calls of imported functions, results, traps. */
import { h } from "../dom.ts";
import { formatCount } from "../format.ts";
import type { OutputLine } from "../protocol.ts";

/** Most lines that are kept; the oldest go. */
const MOST_LINES = 1_000;

export interface OutputPanel {
  readonly element: HTMLElement;
  add(lines: readonly OutputLine[]): void;
  clear(): void;
}

export function createOutput(): OutputPanel {
  const list = h("ol", { class: "output" });
  const empty = h("p", { class: "nothing" }, "Nothing yet. Calls of imported functions and results appear here.");
  const body = h("div", { class: "panel-body", tabindex: 0 }, empty, list);
  const element = h("section", { class: "panel output-panel", "aria-label": "Output" }, body);
  /** Lines that have come since the last were drawn. */
  let waiting: OutputLine[] = [];

  function draw(): void {
    if (waiting.length === 0) return;
    // Only someone who is at the end wants to stay at the end.
    const atEnd = body.scrollTop + body.clientHeight >= body.scrollHeight - 4;
    if (waiting.length === MOST_LINES) list.replaceChildren();
    while (list.childElementCount + waiting.length > MOST_LINES) list.firstElementChild!.remove();
    list.append(...waiting.map(line));
    waiting = [];
    if (atEnd) body.scrollTop = body.scrollHeight;
  }

  return {
    element,
    add(lines) {
      if (lines.length === 0) return;
      empty.hidden = true;
      // A loop that logs sends lines faster than they can be drawn: once a picture is enough, and the last ones are.
      if (waiting.length === 0) requestAnimationFrame(draw);
      waiting = [...waiting, ...lines].slice(-MOST_LINES);
    },
    clear() {
      waiting = [];
      list.replaceChildren();
      empty.hidden = false;
    },
  };
}

function line(entry: OutputLine): HTMLElement {
  return h(
    "li",
    { class: `line-${entry.kind}` },
    h("span", { class: "time", title: "Instructions executed by then" }, formatCount(entry.time)),
    h("span", { class: "words" }, entry.text),
    entry.hint === undefined ? null : h("span", { class: "hint", title: "The text in memory at this address" }, entry.hint),
  );
}
