/** The globals of the instance. */
import type { GlobalView, TypedValue } from "flight-wasm";
import { h, KeyedList, setAttribute, setText } from "../dom.ts";
import { canChange, valueText, type Panel, type View } from "../view.ts";
import { EDIT_HINT, isEditable, makeEditable, type Editable, type OnChange } from "./edit.ts";
import { updateTag, updateValue } from "./value.ts";

interface Item {
  readonly global: GlobalView;
  readonly before: TypedValue | null;
}

export function createGlobals(onChange: OnChange): Panel {
  const body = h("tbody");
  const table = h("table", { class: "values" }, h("caption", { class: "unseen" }, "Globals"), body);
  const empty = h("p", { class: "nothing" }, "This module has no globals.");
  const element = h("section", { class: "panel globals", "aria-label": "Globals" }, h("div", { class: "panel-body", tabindex: 0 }, table, empty));
  let current: View | null = null;
  const rows = new KeyedList<Item, HTMLTableRowElement>(
    body,
    () =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }),
        h("td", {}, h("span", { class: "tag" })),
        h("td", { class: "number" }, h("span", { class: "value" })),
        h("td", { class: "was" }),
      ),
    (row, item) => updateGlobal(row, item, current!),
  );
  const find = (place: Element): Editable | null => {
    const global = current?.snapshot?.globals[[...body.rows].indexOf(place.closest("tr")!)];
    if (!global?.mutable || !canChange(current!)) return null;
    return { value: global, name: global.name ?? `global ${global.index}`, change: (value) => ({ kind: "global", index: global.index, value }) };
  };
  makeEditable(element, find, onChange);
  return {
    element,
    update(view) {
      current = view;
      const changed = new Map(view.snapshot?.changes.globals.map((change) => [change.index, change.before]));
      const items = (view.snapshot?.globals ?? []).map((global) => ({ global, before: changed.get(global.index) ?? null }));
      rows.show(items, (item) => String(item.global.index));
      table.hidden = items.length === 0;
      empty.hidden = items.length > 0;
    },
  };
}

function updateGlobal(row: HTMLTableRowElement, { global, before }: Item, view: View): void {
  const [name, type, value, was] = row.children as unknown as [Element, Element, Element, Element];
  setText(name, global.name ?? String(global.index));
  const kind = `${global.imported ? "imported " : ""}${global.mutable ? "mutable" : "constant"}`;
  setAttribute(name, "title", `global ${global.index}, ${kind}`);
  updateTag(type.firstElementChild!, global.type);
  const editable = global.mutable && canChange(view) && isEditable(global);
  updateValue(value.firstElementChild!, global, view.base, editable ? EDIT_HINT : undefined);
  setAttribute(row, "class", before ? "changed" : null);
  setText(was, before ? `was ${valueText(view, before)}` : global.mutable ? "" : "constant");
}
