/** How a single value looks wherever it stands: a quiet tag for its type, then the number. */
import type { TypedValue } from "flight-wasm";
import { h, setAttribute, setText } from "../dom.ts";
import { formatValue, otherReadings, type Base } from "../format.ts";

export function hue(type: string): string {
  return /^(?:[if](?:32|64)|v128)$/.test(type) ? type : "ref";
}

/** The tag for a type. */
export function typeTag(type: string): HTMLElement {
  return h("span", { class: `tag hue-${hue(type)}` }, type);
}

/** The value itself, with its other readings on hover. */
export function valueSpan(value: TypedValue, base: Base): HTMLElement {
  return h("span", { class: "value", title: otherReadings(value) }, formatValue(value, base));
}

export function updateTag(tag: Element, type: string): void {
  setAttribute(tag, "class", `tag hue-${hue(type)}`);
  setText(tag, type);
}

/** `hint` says what else can be done with it. */
export function updateValue(span: Element, value: TypedValue, base: Base, hint?: string): void {
  setText(span, formatValue(value, base));
  setAttribute(span, "title", hint === undefined ? otherReadings(value) : `${otherReadings(value)}\n${hint}`);
}
