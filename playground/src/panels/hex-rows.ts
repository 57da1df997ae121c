/** The rows of the memory view: address, bytes, characters. */
import { h, setAttribute, setText } from "../dom.ts";
import { formatAddress } from "../format.ts";
import type { MemoryWindow } from "../protocol.ts";

export const ROW_HEIGHT = 20;

/** What a row needs in widths of a character, as the style sheet spaces it: address, gaps, two digits and one character a byte. */
const characters = (bytes: number): number => 8 + 3 + bytes * 3.8 + (bytes / 4) * 0.6;

interface Range {
  readonly start: number;
  readonly end: number;
}

export class HexRows {
  readonly element = h("div", { class: "hex-rows" });
  bytesPerRow = 8;
  /** The address that was asked for, marked until another is. */
  target: number | null = null;
  #rows: HTMLElement[] = [];

  /** Chooses how many bytes stand in a row of this width. */
  fit(width: number): void {
    const probe = this.element.ownerDocument.createElement("span");
    probe.textContent = "0".repeat(32);
    probe.className = "probe";
    this.element.append(probe);
    const character = probe.getBoundingClientRect().width / 32 || 7.8;
    probe.remove();
    const fitting = [32, 16, 8, 4].find((bytes) => characters(bytes) * character + 28 <= width) ?? 4;
    if (fitting === this.bytesPerRow && this.#rows.length > 0) return;
    this.bytesPerRow = fitting;
    this.#rows = [];
    this.element.replaceChildren();
  }

  draw(start: number, count: number, window: MemoryWindow | null, changed: readonly Range[]): void {
    while (this.#rows.length < count) this.#addRow();
    this.#rows.forEach((row, index) => {
      row.hidden = index >= count;
      if (index < count) this.#drawRow(row, start + index * this.bytesPerRow, window, changed);
    });
  }

  #drawRow(row: HTMLElement, address: number, window: MemoryWindow | null, changed: readonly Range[]): void {
    const [label, bytes, text] = row.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    setText(label, formatAddress(address));
    for (let column = 0; column < this.bytesPerRow; column += 1) {
      const at = address + column;
      const byte = window?.bytes[at - window.address];
      const cell = bytes.children[column]!;
      const character = text.children[column]!;
      const marks = [
        byte === 0 && "zero",
        changed.some((range) => at >= range.start && at < range.end) && "changed",
        at === this.target && "target",
      ].filter(Boolean);
      setText(cell, byte === undefined ? "  " : byte.toString(16).padStart(2, "0"));
      setAttribute(cell, "class", marks.length > 0 ? marks.join(" ") : null);
      setText(character, byte === undefined ? " " : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·");
      setAttribute(character, "class", marks.length > 0 ? marks.join(" ") : byte !== undefined && (byte < 0x20 || byte >= 0x7f) ? "zero" : null);
    }
  }

  #addRow(): void {
    const cells = (): HTMLElement[] => Array.from({ length: this.bytesPerRow }, () => h("span"));
    const row = h(
      "div",
      { class: "hex-row" },
      h("span", { class: "hex-address" }),
      h("span", { class: "hex-bytes" }, ...cells()),
      h("span", { class: "hex-text", "aria-hidden": "true" }, ...cells()),
    );
    this.#rows.push(row);
    this.element.append(row);
  }
}
