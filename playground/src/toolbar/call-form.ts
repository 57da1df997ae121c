/** The call: an exported function and a typed field for each of its arguments. */
import type { ExportDescriptor, FunctionType } from "flight-wasm";
import { defaultArgument, readArgument, type Plain } from "../arguments.ts";
import { command, shortcuts, tooltip } from "../commands.ts";
import { h, setAttribute, setText } from "../dom.ts";
import type { Call, Program } from "../protocol.ts";
import { typeTag } from "../panels/value.ts";

type FunctionExport = ExportDescriptor & { readonly kind: "func"; readonly type: FunctionType };

export interface CallTexts {
  readonly name: string;
  readonly args: readonly string[];
}

export interface CallForm {
  readonly element: HTMLElement;
  /** What stands in the form, to be remembered. */
  readonly texts: CallTexts | null;
  /** Shows a program's exports; keeps what was typed for a call that it still has. */
  show(program: Program, wanted: CallTexts | null): void;
  /** Names for the parameters of a function, once the machine has told them. */
  name(functionIndex: number, names: readonly (string | null)[]): void;
  /** The call, if every field holds a value of its type; else the first wrong field has the focus. */
  read(focus: boolean): Call | null;
}

export function createCallForm(onStart: () => void, onChange: () => void): CallForm {
  const select = h("select", { "aria-label": "Exported function", title: "The exported function to call" });
  const fields = h("span", { class: "fields" });
  const entry = command("start");
  const start = h(
    "button",
    { type: "submit", class: "start", title: tooltip(entry), "aria-keyshortcuts": shortcuts(entry) },
    entry.label,
  );
  const nothing = h("span", { class: "nothing" }, "no exported function");
  const element = h("form", { class: "call-form", "aria-label": "Call", novalidate: true }, nothing, select, fields, start);
  let exports: FunctionExport[] = [];
  /** What was typed for each function, so that choosing another and coming back loses nothing. */
  const typed = new Map<string, string[]>();
  let inputs: HTMLInputElement[] = [];

  const chosen = (): FunctionExport | undefined => exports.find((item) => item.name === select.value);

  function drawFields(): void {
    const params = chosen()?.type.params ?? [];
    const texts = typed.get(select.value) ?? [];
    inputs = params.map((type, index) => makeInput(type, texts[index] ?? defaultArgument(type), index));
    fields.replaceChildren(...inputs.map((input, index) => makeField(input, params[index]!, index)));
  }

  function makeInput(type: string, text: string, index: number): HTMLInputElement {
    const input = h("input", {
      value: text,
      "aria-label": `Argument ${index}, ${type}`,
      "aria-describedby": `argument-message-${index}`,
      autocomplete: "off",
      spellcheck: "false",
      size: 8,
    });
    input.addEventListener("input", () => {
      typed.set(select.value, inputs.map((field) => field.value));
      check(input, type, index);
      onChange();
    });
    return input;
  }

  function makeField(input: HTMLInputElement, type: string, index: number): HTMLElement {
    return h(
      "label",
      { class: "field" },
      h("span", { class: "parameter-name" }),
      input,
      typeTag(type),
      h("span", { class: "field-message", id: `argument-message-${index}`, role: "alert" }),
    );
  }

  /** Says what is wrong with a field, at the field. */
  function check(input: HTMLInputElement, type: string, index: number): Plain | undefined {
    const reading = readArgument(input.value, type);
    setAttribute(input, "aria-invalid", reading.ok ? null : "true");
    setText(fields.children[index]!.lastElementChild!, reading.ok ? "" : reading.message);
    return reading.ok ? reading.value : undefined;
  }

  select.addEventListener("change", () => {
    drawFields();
    onChange();
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    onStart();
  });

  return {
    element,
    get texts() {
      return select.value === "" ? null : { name: select.value, args: inputs.map((input) => input.value) };
    },
    show(program, wanted) {
      const before = chosen();
      if (wanted) typed.set(wanted.name, [...wanted.args]);
      exports = program.exports.filter((item): item is FunctionExport => item.kind === "func");
      const name = (wanted?.name ?? before?.name) as string | undefined;
      const next = exports.find((item) => item.name === name) ?? exports.find((item) => /^(main|_start)$/.test(item.name)) ?? exports[0];
      select.replaceChildren(...exports.map((item) => h("option", { value: item.name }, item.name)));
      if (next) select.value = next.name;
      nothing.hidden = exports.length > 0;
      select.hidden = start.hidden = exports.length === 0;
      // The very same fields are left alone, and with them focus and caret.
      const unchanged = !wanted && next && before?.name === next.name && before.type.params.join() === next.type.params.join();
      if (!unchanged) drawFields();
    },
    name(functionIndex, names) {
      if (chosen()?.index !== functionIndex) return;
      inputs.forEach((input, index) => {
        const name = names[index] ?? null;
        setText(fields.children[index]!.firstElementChild!, name ?? "");
        setAttribute(input, "aria-label", `Argument ${name ?? index}, ${chosen()!.type.params[index]}`);
      });
    },
    read(focus) {
      const target = chosen();
      if (!target) return null;
      const values = inputs.map((input, index) => check(input, target.type.params[index]!, index));
      const wrong = values.indexOf(undefined);
      if (wrong >= 0 && focus) inputs[wrong]!.focus();
      return wrong >= 0 ? null : { name: target.name, args: values as Plain[] };
    },
  };
}
