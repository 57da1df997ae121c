/** The tables of the instance, entry by entry. */
import { h, KeyedList, setText } from "../dom.ts";
import { formatReference, plural } from "../format.ts";
import type { TableWindow } from "../protocol.ts";
import type { Panel } from "../view.ts";

export function createTables(onMore: () => void): Panel {
  const empty = h("p", { class: "nothing" }, "This module has no tables.");
  const list = h("div");
  const element = h("section", { class: "panel tables", "aria-label": "Tables" }, h("div", { class: "panel-body", tabindex: 0 }, empty, list));
  const tables = new KeyedList<TableWindow>(
    list,
    () => {
      const more = h("button", { type: "button", class: "quiet small" }, "Show more");
      more.addEventListener("click", onMore);
      return h("div", { class: "table" }, h("h3"), h("ol", { class: "entries", start: "0" }), more);
    },
    (block, table) => {
      const [title, entries, more] = block.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
      setText(title, `table ${table.index}: ${table.element}, ${plural(table.size, "entry", "entries")}`);
      while (entries.childElementCount > table.entries.length) entries.lastElementChild!.remove();
      table.entries.forEach((entry, index) => {
        const row = entries.children[index] ?? entries.appendChild(h("li", {}, h("span", { class: "index" }), h("span", { class: "value" })));
        setText(row.children[0]!, String(index));
        setText(row.children[1]!, formatReference(entry.value));
        row.classList.toggle("null", entry.value === null);
      });
      more.hidden = table.entries.length >= table.size;
    },
  );
  return {
    element,
    update(view) {
      const shown = view.snapshot?.tables ?? [];
      empty.hidden = shown.length > 0;
      tables.show(shown, (table) => String(table.index));
    },
  };
}
