/** A message above the code: what happened, where, and what to do. It stays until it is put away or something better is loaded. */
import { h, setText } from "../dom.ts";
import { icon } from "../icons.ts";

export interface Notice {
  readonly element: HTMLElement;
  /** With an action, a button offers it. */
  show(kind: "error" | "note", text: string, action?: { readonly label: string; readonly act: () => void }): void;
  clear(): void;
}

export function createNotice(): Notice {
  const words = h("p");
  const act = h("button", { type: "button", class: "small" });
  const close = h("button", { type: "button", class: "quiet icon-only", "aria-label": "Dismiss this message", title: "Dismiss" }, icon("close"));
  const element = h("div", { class: "notice", role: "alert", hidden: true }, words, act, close);
  let action: (() => void) | undefined;
  const clear = (): void => {
    element.hidden = true;
    setText(words, "");
  };
  act.addEventListener("click", () => {
    clear();
    action?.();
  });
  close.addEventListener("click", clear);
  return {
    element,
    clear,
    show(kind, text, offered) {
      element.className = `notice ${kind}`;
      setText(words, text);
      action = offered?.act;
      act.hidden = offered === undefined;
      setText(act, offered?.label ?? "");
      element.hidden = false;
    },
  };
}
