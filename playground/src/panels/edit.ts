/** Changing a value by hand: a double click on it puts a field in its place. */
import type { TypedValue } from "flight-wasm";
import { readArgument, type Plain } from "../arguments.ts";
import { h, setAttribute } from "../dom.ts";
import { formatValue } from "../format.ts";
import type { Change } from "../protocol.ts";

export interface Editable {
  readonly value: TypedValue;
  /** What it is called, for those who do not see where the field is. */
  readonly name: string;
  readonly change: (value: Plain) => Change;
}

export type OnChange = (change: Change) => void;

const NUMERIC = new Set(["i32", "i64", "f32", "f64"]);
/** What a value's tooltip says beside its other readings. */
export const EDIT_HINT = "Double-click to change it";

/** Only numbers can be typed in. */
export function isEditable(value: TypedValue): boolean {
  return NUMERIC.has(value.type);
}

/** Lets the values within an element be changed; `find` says which one a value's place shows, or that it cannot be changed now. */
export function makeEditable(root: HTMLElement, find: (place: Element) => Editable | null, onChange: OnChange): void {
  root.addEventListener("dblclick", (event) => {
    const span = (event.target as Element).closest<HTMLElement>(".value");
    const editable = span && find(span);
    if (!span || !editable || !isEditable(editable.value)) return;
    event.preventDefault();
    edit(span, editable, onChange);
  });
}

function edit(span: HTMLElement, { value, name, change }: Editable, onChange: OnChange): void {
  const input = h("input", {
    class: "edit",
    "aria-label": `New value of ${name}, ${value.type}`,
    value: formatValue(value),
    autocomplete: "off",
    spellcheck: "false",
    title: "Enter changes it, Escape leaves it as it is",
  });
  const shown = span.textContent;
  const end = (): void => {
    moved.disconnect();
    input.removeEventListener("blur", end);
    input.remove();
    span.hidden = false;
  };
  // Another value has come to stand there meanwhile: what is typed would not be meant for it.
  const moved = new MutationObserver(() => span.textContent !== shown && end());
  input.addEventListener("blur", end);
  input.addEventListener("input", () => tell(""));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key !== "Enter") return;
    event.preventDefault();
    const reading = readArgument(input.value, value.type);
    if (!reading.ok) return tell(reading.message);
    end();
    onChange(change(reading.value));
  });
  function tell(message: string): void {
    input.setCustomValidity(message);
    setAttribute(input, "aria-invalid", message !== "");
    if (message !== "") input.reportValidity();
  }
  span.hidden = true;
  span.after(input);
  moved.observe(span, { characterData: true, childList: true, subtree: true });
  input.focus();
  input.select();
}
