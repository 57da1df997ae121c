/** Help: the keys, what the colours mean, and the one setting that has no place elsewhere. */
import { COMMANDS } from "../commands.ts";
import { h } from "../dom.ts";
import { icon } from "../icons.ts";

export function createHelp(letterKeys: boolean, onLetterKeys: (on: boolean) => void): HTMLDialogElement {
  const letters = h("input", { type: "checkbox", checked: letterKeys });
  letters.addEventListener("change", () => onLetterKeys(letters.checked));
  const close = h("button", { type: "submit", class: "quiet icon-only", "aria-label": "Close help", title: "Close (Escape)" }, icon("close"));
  return h(
    "dialog",
    { class: "help", "aria-label": "Help" },
    h("form", { method: "dialog" }, h("h2", {}, "Help"), close),
    h(
      "p",
      { class: "prose" },
      "Flight executes WebAssembly one instruction at a time. Write text on the left, choose an example, or drop a .wasm file anywhere; choose a call above and start it; then step.",
    ),
    h("h3", {}, "Keys"),
    h("table", { class: "keys" }, h("tbody", {}, ...COMMANDS.map((entry) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, entry.reverse ?? entry.label),
        h("td", {}, ...[entry.letter, entry.key].flatMap((key) => (key ? [h("kbd", {}, key.replace("Control", "Ctrl").replace("+", " + ")), " "] : []))),
        h("td", {}, entry.about),
      ),
    ))),
    h("label", { class: "check" }, letters, "Single letters are keys, wherever no text is being typed"),
    h("h3", {}, "Colours"),
    h(
      "ul",
      { class: "legend" },
      h("li", { class: "legend-now" }, "the instruction that is next, and the operands that it takes"),
      h("li", { class: "legend-produced" }, "a value that the last step produced"),
      h("li", { class: "legend-consumed" }, "a value that the last step consumed; gone with the next one"),
      h("li", { class: "legend-changed" }, "a local, a global or a byte of memory that changed"),
    ),
  );
}
