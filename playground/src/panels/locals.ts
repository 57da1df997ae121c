/** The locals of the frame that is looked at. */
import type { Local, TypedValue } from "flight-wasm";
import { h, KeyedList, setAttribute, setText } from "../dom.ts";
import { canChange, selectedFrame, valueText, type Panel, type View } from "../view.ts";
import { EDIT_HINT, isEditable, makeEditable, type Editable, type OnChange } from "./edit.ts";
import { updateTag, updateValue } from "./value.ts";

interface Item {
  readonly local: Local;
  readonly before: TypedValue | null;
}

export function createLocals(onChange: OnChange): Panel {
  const body = h("tbody");
  const table = h("table", { class: "values" }, h("caption", { class: "unseen" }, "Locals"), body);
  const empty = h("p", { class: "nothing" }, "No locals.");
  const element = h("section", { class: "locals", "aria-label": "Locals" }, table, empty);
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
    (row, item) => updateLocal(row, item, current!),
  );
  const find = (place: Element): Editable | null => {
    const frame = current && canChange(current) ? selectedFrame(current) : null;
    const local = frame?.host ? undefined : frame?.locals[[...body.rows].indexOf(place.closest("tr")!)];
    if (!local) return null;
    const at = current!.frame;
    return { value: local, name: local.name ?? `local ${local.index}`, change: (value) => ({ kind: "local", frame: at, index: local.index, value }) };
  };
  makeEditable(element, find, onChange);
  return {
    element,
    update(view) {
      current = view;
      const frame = selectedFrame(view);
      const changed = new Map(view.frame === 0 ? view.snapshot?.changes.locals.map((change) => [change.index, change.before]) : []);
      const items = (frame?.locals ?? []).map((local) => ({ local, before: changed.get(local.index) ?? null }));
      rows.show(items, (item) => String(item.local.index));
      table.hidden = items.length === 0;
      empty.hidden = items.length > 0;
      setText(empty, frame ? "No locals." : "None.");
    },
  };
}

function updateLocal(row: HTMLTableRowElement, { local, before }: Item, view: View): void {
  const [name, type, value, was] = row.children as unknown as [Element, Element, Element, Element];
  setText(name, local.name ?? String(local.index));
  setAttribute(name, "title", `${local.parameter ? "parameter" : "local"} ${local.index}`);
  updateTag(type.firstElementChild!, local.type);
  updateValue(value.firstElementChild!, local, view.base, canChange(view) && isEditable(local) ? EDIT_HINT : undefined);
  setAttribute(row, "class", before ? "changed" : null);
  setText(was, before ? `was ${valueText(view, before)}` : "");
}
