/** Memory as hexadecimal bytes, drawn only where it is looked at, so that four gigabytes scroll like four hundred bytes. */
import { clamp, h, setAttribute, setText } from "../dom.ts";
import { formatAddress, formatBytes, plural } from "../format.ts";
import type { MemoryWindow } from "../protocol.ts";
import type { Panel, View } from "../view.ts";
import { HexRows, ROW_HEIGHT } from "./hex-rows.ts";

/** Browsers cannot lay out elements taller than some ten million pixels; beyond, the bar stands for a share of memory. */
const TALLEST = 8_000_000;
const PAGE = 65_536;
/** No screen shows more rows; a panel that is laid out taller by mistake must not draw a whole memory. */
const MOST_ROWS = 200;

export function createMemory(watch: (memory: number, address: number, length: number) => void): Panel {
  const picker = h("select", { "aria-label": "Memory to show", class: "small" });
  const address = h("input", {
    class: "address",
    "aria-label": "Go to address (hexadecimal)",
    placeholder: "address",
    title: "Go to an address, in hexadecimal (Enter)",
    autocomplete: "off",
    spellcheck: "false",
  });
  const size = h("span", { class: "count" });
  const changes = h("button", { type: "button", class: "quiet small changed-link" });
  const tools = h("div", { class: "tools" }, picker, address, changes, size);
  const spacer = h("div", { class: "spacer" });
  const rows = new HexRows();
  const scroller = h("div", { class: "hex", tabindex: "0", role: "group", "aria-label": "Bytes" }, spacer, rows.element);
  const empty = h("p", { class: "nothing" }, "This module has no memory.");
  const element = h("section", { class: "panel memory", "aria-label": "Memory" }, h("div", { class: "panel-body" }, empty, tools, scroller));

  let memory = 0;
  let total = 0;
  let firstRow = 0;
  let view: View | null = null;
  let window: MemoryWindow | null = null;
  let asked = "";

  const bytesPerRow = (): number => rows.bytesPerRow;
  const rowCount = (): number => Math.ceil(total / bytesPerRow());
  const visibleRows = (): number => clamp(Math.ceil(scroller.clientHeight / ROW_HEIGHT), 1, MOST_ROWS);
  const scaled = (): boolean => rowCount() * ROW_HEIGHT > TALLEST;
  const lastFirstRow = (): number => Math.max(0, rowCount() - Math.floor(scroller.clientHeight / ROW_HEIGHT));

  function draw(): void {
    const start = firstRow * bytesPerRow();
    const changed = view?.snapshot?.changes.memory.filter((range) => range.memory === memory) ?? [];
    rows.element.style.transform = `translateY(${scroller.scrollTop - (scaled() ? 0 : scroller.scrollTop % ROW_HEIGHT)}px)`;
    rows.draw(start, Math.min(visibleRows() + 1, rowCount() - firstRow), window?.memory === memory ? window : null, changed);
    ask(start);
  }

  /** Asks for the bytes around what is seen, if they are not at hand. */
  function ask(start: number): void {
    const length = (visibleRows() + 1) * bytesPerRow();
    const from = Math.max(0, start - length);
    const key = `${memory} ${from} ${length}`;
    if (key === asked) return;
    asked = key;
    watch(memory, from, length * 3);
  }

  /** Puts a row on top; the bar follows. */
  function scrollToRow(row: number): void {
    firstRow = clamp(Math.floor(row), 0, lastFirstRow());
    const share = lastFirstRow() === 0 ? 0 : firstRow / lastFirstRow();
    scroller.scrollTop = scaled() ? share * (scroller.scrollHeight - scroller.clientHeight) : firstRow * ROW_HEIGHT;
    draw();
  }

  function goTo(target: number): void {
    rows.target = target;
    scrollToRow(target / bytesPerRow() - 2);
  }

  function layOut(): void {
    if (scroller.clientWidth > 0) rows.fit(scroller.clientWidth);
    spacer.style.height = `${Math.min(rowCount() * ROW_HEIGHT, TALLEST)}px`;
    firstRow = clamp(firstRow, 0, lastFirstRow());
    draw();
  }

  scroller.addEventListener("scroll", () => {
    if (scaled()) {
      const share = scroller.scrollTop / Math.max(1, scroller.scrollHeight - scroller.clientHeight);
      const row = Math.round(share * lastFirstRow());
      // The bar is too coarse to tell neighbours apart; a row set by wheel or key stays.
      const coarse = lastFirstRow() / Math.max(1, scroller.scrollHeight - scroller.clientHeight);
      if (Math.abs(row - firstRow) > coarse + 1) firstRow = row;
    } else {
      firstRow = Math.floor(scroller.scrollTop / ROW_HEIGHT);
    }
    draw();
  });
  scroller.addEventListener(
    "wheel",
    (event) => {
      if (!scaled() || event.ctrlKey) return;
      event.preventDefault();
      scrollToRow(firstRow + Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / ROW_HEIGHT)));
    },
    { passive: false },
  );
  scroller.addEventListener("keydown", (event) => {
    const page = Math.max(1, visibleRows() - 2);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    scrollToRow(clamp(firstRow + move, 0, lastFirstRow()));
  });
  address.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const text = address.value.trim().replace(/^0x/i, "").replaceAll("_", "");
    const target = /^[0-9a-f]{1,16}$/i.test(text) ? Number.parseInt(text, 16) : NaN;
    const message = Number.isNaN(target)
      ? "Type a hexadecimal address, like 1a0."
      : target >= total
        ? `Memory ${memory} ends at ${formatAddress(total)}.`
        : "";
    address.setCustomValidity(message);
    setAttribute(address, "aria-invalid", message !== "");
    if (message !== "") address.reportValidity();
    else goTo(target);
  });
  address.addEventListener("input", () => {
    address.setCustomValidity("");
    setAttribute(address, "aria-invalid", null);
  });
  picker.addEventListener("change", () => {
    memory = Number(picker.value);
    firstRow = 0;
    if (view) update(view);
    scrollToRow(0);
  });
  changes.addEventListener("click", () => {
    const first = view?.snapshot?.changes.memory.find((range) => range.memory === memory);
    if (first) goTo(first.start);
  });
  new ResizeObserver(layOut).observe(scroller);

  function update(next: View): void {
    view = next;
    const memories = next.snapshot?.memories ?? [];
    const present = memories.length > 0;
    empty.hidden = present;
    tools.hidden = !present;
    scroller.hidden = !present;
    if (memory >= memories.length) memory = 0;
    setPicker(memories.length);
    const before = total;
    total = memories[memory] ?? 0;
    setText(size, present ? sizeText(total) : "");
    const ranges = next.snapshot?.changes.memory.filter((range) => range.memory === memory) ?? [];
    const changed = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
    changes.hidden = changed === 0;
    setText(changes, changed === 0 ? "" : `${plural(changed, "byte")} changed`);
    setAttribute(changes, "title", ranges[0] ? `Go to ${formatAddress(ranges[0].start)}` : null);
    window = next.snapshot?.window ?? null;
    if (before !== total) layOut();
    else draw();
  }

  function setPicker(count: number): void {
    picker.hidden = count < 2;
    if (picker.options.length === count) return;
    picker.replaceChildren(...Array.from({ length: count }, (_, index) => h("option", { value: index }, `memory ${index}`)));
    picker.value = String(memory);
  }

  return { element, update };
}

function sizeText(size: number): string {
  const pages = size / PAGE;
  return Number.isInteger(pages) ? `${formatBytes(size)}, ${plural(pages, "page")}` : formatBytes(size);
}
