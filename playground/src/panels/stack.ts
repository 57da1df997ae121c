/** The value stack: one row for each height, newest on top, so that a value never moves while it lives. */
import type { TypedValue } from "flight-wasm";
import { h, KeyedList, setAttribute, setText } from "../dom.ts";
import { functionName } from "../format.ts";
import type { Frame } from "flight-wasm";
import { canChange, selectedFrame, type Panel, type View } from "../view.ts";
import { EDIT_HINT, isEditable, makeEditable, type Editable, type OnChange } from "./edit.ts";
import { hue, updateTag, updateValue } from "./value.ts";

/** Most rows that are drawn; the deepest ones of a very full stack are summed up. */
const MOST_ROWS = 300;
/** Callers whose waiting operands are shown below. */
const MOST_CALLERS = 24;

interface Row {
  readonly height: number;
  readonly value: TypedValue | null;
  readonly ghost: TypedValue | null;
  readonly produced: boolean;
  readonly taken: boolean;
  readonly time: bigint;
}

export function createStack(onHex: () => void, onChange: OnChange): Panel {
  const count = h("span", { class: "count" });
  const hex = h("button", { class: "quiet small", type: "button", "aria-pressed": "false", title: "Show numbers in hexadecimal (X)", "aria-keyshortcuts": "X" }, "hex");
  hex.addEventListener("click", onHex);
  const rows = h("ol", { class: "cards", reversed: true });
  const empty = h("p", { class: "nothing" });
  const more = h("p", { class: "nothing" });
  const callers = h("div", { class: "waiting" });
  const body = h("div", { class: "panel-body", tabindex: 0 }, empty, rows, more, callers);
  const element = h(
    "section",
    { class: "panel stack", "aria-label": "Value stack" },
    h("header", { class: "panel-head" }, h("h2", {}, "Value stack"), count, hex),
    body,
  );
  const list = new KeyedList<Row, HTMLLIElement>(rows, makeRow, (row, item) => updateRow(row, item, current!));
  const waiting = new KeyedList<{ frame: Frame; depth: number }>(callers, makeCaller, (group, item) => updateCaller(group, item, current!));
  let current: View | null = null;
  let keys = new Map<number, string>();
  const find = (place: Element): Editable | null => {
    const height = Number(place.closest(".card")?.firstElementChild?.textContent ?? NaN);
    const value = current && canChange(current) ? selectedFrame(current)?.operands[height] : undefined;
    if (!value) return null;
    const at = current!.frame;
    return { value, name: `operand ${height}`, change: (given) => ({ kind: "operand", frame: at, index: height, value: given }) };
  };
  makeEditable(rows, find, onChange);

  return {
    element,
    update(view) {
      current = view;
      setAttribute(hex, "aria-pressed", view.base === "hexadecimal");
      const frame = selectedFrame(view);
      const shown = rowsOf(view, frame);
      setText(count, countText(frame, view));
      // A row that gets another value is another card, so it slides in; one that stays keeps its element.
      list.show(shown.slice(0, MOST_ROWS), (row) => (row.produced ? `${row.height}@${row.time}` : cardKey(row)));
      remember(shown);
      more.hidden = shown.length <= MOST_ROWS;
      setText(more, `${shown.length - MOST_ROWS} more below`);
      const text = emptyText(view, frame, shown);
      empty.hidden = text === null;
      setText(empty, text ?? "");
      const outer = view.snapshot?.frames.slice(view.frame + 1) ?? [];
      const holding = outer
        .map((candidate, index) => ({ frame: candidate, depth: (view.snapshot?.depth ?? 0) - view.frame - 1 - index }))
        .filter((item) => item.frame.operands.length > 0);
      waiting.show(holding.slice(0, MOST_CALLERS), (item) => String(item.depth));
    },
  };

  /** A card keeps the key under which it was made for as long as it lies there. */
  function cardKey(row: Row): string {
    return keys.get(row.height) ?? `${row.height}`;
  }
  function remember(shown: readonly Row[]): void {
    keys = new Map(shown.map((row) => [row.height, row.produced ? `${row.height}@${row.time}` : cardKey(row)]));
  }
}

function rowsOf(view: View, frame: Frame | null): Row[] {
  const { snapshot } = view;
  if (!snapshot) return [];
  if (!frame) return resultRows(snapshot.results ?? [], snapshot.time);
  const innermost = view.frame === 0;
  const { changes, explanation, time } = snapshot;
  const taken = innermost && explanation ? explanation.takes.length : 0;
  const produced = innermost ? changes.produced : 0;
  const height = frame.operands.length;
  const rows: Row[] = frame.operands.map((value, index) => ({
    height: index,
    value,
    ghost: null,
    produced: index >= height - produced,
    taken: index >= height - taken,
    time,
  }));
  if (innermost) {
    for (const { height: at, value } of changes.consumed) {
      const row = rows[at];
      if (row) rows[at] = { ...row, ghost: value };
      else rows[at] = { height: at, value: null, ghost: value, produced: false, taken: false, time };
    }
  }
  return rows.filter(Boolean).reverse();
}

function countText(frame: Frame | null, view: View): string {
  if (frame) return frame.operands.length > 0 ? String(frame.operands.length) : "";
  return (view.snapshot?.results?.length ?? 0) > 0 ? "results" : "";
}

/** What a finished call has left: its results, and nothing else. */
function resultRows(results: readonly TypedValue[], time: bigint): Row[] {
  return results.map((value, height) => ({ height, value, ghost: null, produced: true, taken: false, time })).reverse();
}

function emptyText(view: View, frame: Frame | null, shown: readonly Row[]): string | null {
  if (shown.length > 0) return null;
  if (view.phase === "finished") return "Empty: the call has returned.";
  if (!frame) return "Nothing runs.";
  return frame.host ? "An imported function has no operands." : "Empty.";
}

function makeRow(): HTMLLIElement {
  return h(
    "li",
    { class: "card" },
    h("span", { class: "height" }),
    h("span", { class: "tag" }),
    h("span", { class: "value" }),
    h("span", { class: "sign" }),
    h("span", { class: "ghost" }),
  );
}

function updateRow(element: HTMLLIElement, row: Row, view: View): void {
  const [height, tag, value, sign, ghost] = element.children as unknown as [Element, Element, Element, Element, Element];
  setAttribute(
    element,
    "class",
    ["card", row.produced && "produced", row.taken && "taken", row.value === null && "gone"].filter(Boolean).join(" "),
  );
  setText(height, String(row.height));
  if (row.value) {
    updateTag(tag, row.value.type);
    updateValue(value, row.value, view.base, canChange(view) && isEditable(row.value) ? EDIT_HINT : undefined);
  } else {
    setAttribute(tag, "class", "tag");
    setText(tag, "");
    setText(value, "");
    setAttribute(value, "title", null);
  }
  setText(sign, row.produced ? "+" : "");
  setAttribute(sign, "title", row.produced ? "Just produced" : null);
  if (row.ghost) {
    setAttribute(ghost, "class", `ghost hue-${hue(row.ghost.type)}`);
    updateValue(ghost, row.ghost, view.base);
    setAttribute(ghost, "title", `Just consumed: ${ghost.textContent}`);
  } else {
    setText(ghost, "");
    setAttribute(ghost, "title", null);
  }
}

function makeCaller(): HTMLElement {
  return h("div", { class: "caller-operands" }, h("p", {}), h("ol", { reversed: true }));
}

function updateCaller(element: HTMLElement, item: { frame: Frame; depth: number }, view: View): void {
  const [words, values] = element.children as unknown as [Element, Element];
  setText(words, `waiting in frame ${item.depth}, ${functionName(item.frame)}`);
  const operands = item.frame.operands.slice(-12).toReversed();
  while (values.childElementCount > operands.length) values.lastElementChild!.remove();
  operands.forEach((operand, index) => {
    let entry = values.children[index];
    if (!entry) {
      entry = h("li", {}, h("span", { class: "tag" }), h("span", { class: "value" }));
      values.append(entry);
    }
    updateTag(entry.children[0]!, operand.type);
    updateValue(entry.children[1]!, operand, view.base);
  });
}
