/** The top bar: what is looked at on the left, how it is shown on the right. */
import { h, setText } from "../dom.ts";
import { EXAMPLES } from "../examples/examples.ts";
import { icon, type Icon } from "../icons.ts";
import type { Theme } from "../store.ts";
import type { CallForm } from "./call-form.ts";

export interface ToolbarEvents {
  example(id: string): void;
  open(file: File): void;
  save(): void;
  share(): void;
  theme(): void;
  help(): void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  /** Shows which example stands in the editor; null for a text of the user's own. */
  showExample(id: string | null, ownName: string): void;
  showTheme(theme: Theme): void;
}

export function createToolbar(call: CallForm, events: ToolbarEvents): Toolbar {
  const own = h("option", { value: "", disabled: true, hidden: true }, "Your text");
  const groups = [...new Set(EXAMPLES.map((example) => example.group))].map((group) =>
    h(
      "optgroup",
      { label: group },
      ...EXAMPLES.filter((example) => example.group === group).map((example) => h("option", { value: example.id }, example.title)),
    ),
  );
  const examples = h("select", { class: "examples", "aria-label": "Example", title: "Choose an example" }, own, ...groups);
  examples.addEventListener("change", () => events.example(examples.value));

  const file = h("input", { type: "file", accept: ".wasm,.wat,.wast,.flight,application/wasm", hidden: true, "aria-label": "Open a .wasm, .wat or .flight file" });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) events.open(chosen);
    // The same file may be chosen again after it was built anew.
    file.value = "";
  });
  const open = button("open", "Open", "Open a .wasm or .wat file or a recorded run (.flight), or drop one anywhere", () => file.click());
  const save = button("save", "Save run", "Save this run as a file that replays it: for a bug report", events.save);
  const share = button("share", "Share", "Copy a link that holds this program", events.share);
  const theme = button("system", "Theme", "", events.theme);
  const help = button("help", "Help", "Keys, colours and settings", events.help);
  for (const quiet of [theme, help]) quiet.classList.add("icon-only");

  const element = h(
    "header",
    { class: "toolbar" },
    h("h1", { title: "A WebAssembly interpreter that steps, itself running in WebAssembly" }, "Flight"),
    examples,
    open,
    file,
    call.element,
    h("span", { class: "gap" }),
    save,
    share,
    theme,
    help,
  );

  return {
    element,
    showExample(id, ownName) {
      setText(own, ownName);
      own.hidden = id !== null;
      examples.value = id ?? "";
    },
    showTheme(current) {
      const next = nextTheme(current);
      theme.replaceChildren(icon(current), h("span", {}, "Theme"));
      theme.title = `Theme: ${current}. Switch to ${next}.`;
      theme.setAttribute("aria-label", theme.title);
    },
  };
}

export function nextTheme(theme: Theme): Theme {
  return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}

function button(picture: Icon, text: string, title: string, act: () => void): HTMLButtonElement {
  const element = h("button", { type: "button", class: "quiet", title, "aria-label": text }, icon(picture), h("span", {}, text));
  element.addEventListener("click", act);
  return element;
}
