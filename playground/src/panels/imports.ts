/** What stands in for the imports, and what the stubs give: editable, because zero is not always a good answer. */
import type { ImportDescriptor } from "flight-wasm";
import { defaultArgument, readArgument, type Plain } from "../arguments.ts";
import { h, setAttribute, setText } from "../dom.ts";
import type { Program, StubValue } from "../protocol.ts";
import type { Panel } from "../view.ts";
import { typeTag } from "./value.ts";

export interface StubTexts {
  readonly module: string;
  readonly name: string;
  readonly texts: string[];
}

export interface ImportsPanel extends Panel {
  /** Tells the values once more, to a worker that has not heard them. */
  tell(): void;
}

export function createImports(saved: readonly StubTexts[], changed: (values: StubValue[], texts: StubTexts[]) => void): ImportsPanel {
  const empty = h("p", { class: "nothing" }, "This module imports nothing.");
  const about = h("p", { class: "prose" }, "Flight stands in for each import. Functions log their call in Output and return what is set here.");
  const list = h("ul", { class: "imports" });
  const element = h("section", { class: "panel imports-panel", "aria-label": "Imports" }, h("div", { class: "panel-body", tabindex: 0 }, empty, about, list));
  const remembered = new Map(saved.map((stub) => [key(stub), stub]));
  let program: Program | null = null;

  function tell(): void {
    const texts = [...remembered.values()];
    changed(texts.map(readStub(program)).filter((stub) => stub !== null), texts);
  }

  function draw(imports: readonly ImportDescriptor[]): void {
    empty.hidden = imports.length > 0;
    about.hidden = imports.length === 0;
    list.replaceChildren(...imports.map((wanted) => makeImport(wanted, remembered, tell)));
  }

  return {
    element,
    tell,
    update(view) {
      if (view.program === program) return;
      const same = JSON.stringify(view.program?.imports, plainBigInt) === JSON.stringify(program?.imports, plainBigInt);
      program = view.program;
      // Fields keep focus and caret while the text is edited elsewhere.
      if (!same) draw(program?.imports ?? []);
      if (!same) tell();
    },
  };
}

function makeImport(wanted: ImportDescriptor, remembered: Map<string, StubTexts>, tell: () => void): HTMLElement {
  const name = h("span", { class: "import-name" }, h("span", { class: "module" }, `${wanted.module}.`), wanted.name);
  const types = typesGiven(wanted);
  const row = h("li", {}, h("div", { class: "import-line" }, name, h("span", { class: "signature" }, signature(wanted))));
  if (types.length === 0) return row;
  const message = h("p", { class: "field-message", role: "alert" });
  const stub = remembered.get(key(wanted));
  const inputs = types.map((type, index) => {
    const input = h("input", {
      value: stub?.texts[index] ?? defaultArgument(type),
      "aria-label": `${wanted.kind === "func" ? "Result" : "Value"} of ${wanted.module}.${wanted.name}, ${type}`,
      autocomplete: "off",
      spellcheck: "false",
    });
    input.addEventListener("input", () => {
      const problem = inputs.map((field, i) => readArgument(field.value, types[i]!)).find((reading) => !reading.ok);
      inputs.forEach((field, i) => setAttribute(field, "aria-invalid", !readArgument(field.value, types[i]!).ok));
      setText(message, problem && !problem.ok ? problem.message : "");
      if (problem) return;
      remembered.set(key(wanted), { module: wanted.module, name: wanted.name, texts: inputs.map((field) => field.value) });
      tell();
    });
    return input;
  });
  row.append(
    h(
      "div",
      { class: "import-values" },
      h("span", { class: "words" }, wanted.kind === "func" ? "returns" : "is, from the next restart,"),
      ...inputs.flatMap((input, index) => [input, typeTag(types[index]!)]),
    ),
    message,
  );
  return row;
}

/** The types of the values that the user may set. */
function typesGiven(wanted: ImportDescriptor): readonly string[] {
  if (wanted.kind === "func") return wanted.type.results;
  return wanted.kind === "global" ? [wanted.content] : [];
}

function signature(wanted: ImportDescriptor): string {
  switch (wanted.kind) {
    case "func":
      return `(${wanted.type.params.join(", ")})`;
    case "global":
      return `global${wanted.mutable ? ", mutable" : ""}`;
    case "memory":
      return `memory, ${wanted.limits.minimum} pages`;
    case "table":
      return `table of ${wanted.element}, ${wanted.limits.minimum} entries`;
    case "tag":
      return "tag";
  }
}

/** Reads what was typed for a stub; null where the program has no such import or the text is no value of its type. */
function readStub(program: Program | null): (texts: StubTexts) => StubValue | null {
  return ({ module, name, texts }) => {
    const wanted = program?.imports.find((candidate) => candidate.module === module && candidate.name === name);
    if (!wanted) return null;
    const values: Plain[] = [];
    for (const [index, type] of typesGiven(wanted).entries()) {
      const reading = readArgument(texts[index] ?? defaultArgument(type), type);
      if (!reading.ok) return null;
      values.push(reading.value);
    }
    return { module, name, values };
  };
}

function key(stub: { readonly module: string; readonly name: string }): string {
  return JSON.stringify([stub.module, stub.name]);
}

function plainBigInt(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
