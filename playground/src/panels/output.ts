/** What the program said: calls of imported functions, results, traps. In the past, what is said later is dimmed. */
import type { Branch, Moment } from "flight-wasm";
import { h } from "../dom.ts";
import { formatCount } from "../format.ts";
import { isBefore } from "../moments.ts";
import type { OutputLine } from "../protocol.ts";
import type { Panel } from "../view.ts";

/** Most lines that are kept; the oldest go. */
const MOST_LINES = 1_000;

export interface OutputPanel extends Panel {
  add(lines: readonly OutputLine[]): void;
  /** Takes away what was said in a future that has been given up. */
  drop(branch: Branch): void;
  clear(): void;
}

interface Line {
  readonly moment: Moment;
  readonly element: HTMLElement;
}

export function createOutput(): OutputPanel {
  const list = h("ol", { class: "output" });
  const empty = h("p", { class: "nothing" }, "Nothing yet. Calls of imported functions and results appear here.");
  const body = h("div", { class: "panel-body", tabindex: 0 }, empty, list);
  const element = h("section", { class: "panel output-panel", "aria-label": "Output" }, body);
  /** Lines that have come since the last were drawn. */
  let waiting: OutputLine[] = [];
  /** Those that are drawn, in the order of time. */
  let lines: Line[] = [];
  let now: Moment | null = null;

  function draw(): void {
    if (waiting.length === 0) return;
    // Only someone who is at the end wants to stay at the end.
    const atEnd = body.scrollTop + body.clientHeight >= body.scrollHeight - 4;
    const added = waiting.map((entry) => ({ moment: entry.moment, element: line(entry) }));
    const kept = lines.slice(Math.max(0, lines.length + added.length - MOST_LINES));
    for (const { element: gone } of lines.slice(0, lines.length - kept.length)) gone.remove();
    lines = [...kept, ...added];
    list.append(...added.map((item) => item.element));
    waiting = [];
    dim();
    if (atEnd) body.scrollTop = body.scrollHeight;
  }

  /** Tells what has been said by now from what is said later. */
  function dim(): void {
    for (const { moment, element: item } of lines) item.classList.toggle("later", now !== null && isBefore(now, moment));
  }

  return {
    element,
    add(more) {
      if (more.length === 0) return;
      empty.hidden = true;
      // A loop that logs sends lines faster than they can be drawn: once a picture is enough, and the last ones are.
      if (waiting.length === 0) requestAnimationFrame(draw);
      waiting = [...waiting, ...more].slice(-MOST_LINES);
    },
    drop({ at }) {
      const stays = ({ moment }: { readonly moment: Moment }): boolean => !isBefore(at, moment);
      for (const item of lines) if (!stays(item)) item.element.remove();
      lines = lines.filter(stays);
      waiting = waiting.filter(stays);
      empty.hidden = lines.length + waiting.length > 0;
    },
    clear() {
      waiting = [];
      lines = [];
      list.replaceChildren();
      empty.hidden = false;
    },
    update(view) {
      // While it runs the machine is beyond where it was last seen.
      const next = view.phase === "running" ? null : (view.snapshot?.moment ?? null);
      if (next === now) return;
      now = next;
      dim();
    },
  };
}

function line(entry: OutputLine): HTMLElement {
  return h(
    "li",
    { class: `line-${entry.kind}` },
    h("span", { class: "time", title: "Instructions executed by then" }, formatCount(entry.moment.time)),
    h("span", { class: "words" }, entry.text),
    entry.hint === undefined ? null : h("span", { class: "hint", title: "The text in memory at this address" }, entry.hint),
  );
}
