/** The line below the code: what stands there is valid, or where it is not and why. */
import { h, setAttribute } from "../dom.ts";
import { formatAddress, formatBytes, plural } from "../format.ts";
import type { Problem, Program } from "../protocol.ts";

export interface Status {
  readonly element: HTMLElement;
  valid(program: Program, fileName: string | null): void;
  invalid(problem: Problem, standing: boolean): void;
  say(text: string): void;
}

export function createStatus(goTo: (line: number, column: number | null) => void): Status {
  const element = h("div", { class: "status", role: "status" });
  return {
    element,
    valid(program, fileName) {
      setAttribute(element, "class", "status valid");
      const defined = program.functions.filter((func) => !func.imported).length;
      const parts = [
        fileName ?? program.name,
        formatBytes(program.size),
        plural(defined, "function"),
        program.printed === null ? null : "printed from the binary",
      ];
      element.replaceChildren(h("span", { class: "words" }, parts.filter(Boolean).join(" · ")));
    },
    invalid(problem, standing) {
      setAttribute(element, "class", "status invalid");
      const { line, column } = problem;
      const place = placeText(problem);
      const link =
        line === null || place === null
          ? place
          : h("button", { type: "button", class: "link", title: "Go there" }, place);
      if (link instanceof HTMLElement && line !== null) link.addEventListener("click", () => goTo(line, column));
      element.replaceChildren(
        h(
          "span",
          { class: "words" },
          link,
          link === null ? "" : ": ",
          withoutPlace(problem.message),
          standing ? " The version before still runs." : "",
        ),
      );
    },
    say(text) {
      setAttribute(element, "class", "status");
      element.replaceChildren(h("span", { class: "words" }, text));
    },
  };
}

export function placeText({ line, column, offset }: Problem): string | null {
  if (line !== null) return `Line ${line}${column === null ? "" : `, column ${column}`}`;
  return offset === null ? null : `Offset ${formatAddress(offset)}`;
}

/** How the package's messages begin; the page says the place by itself. */
const PLACE = /^(?:line \d+, column \d+|(?:malformed|invalid) module at offset 0x[0-9a-f]+): /i;

/** The message as one sentence on one line; parsers like to draw the place beneath it, which the editor does better. */
export function withoutPlace(message: string): string {
  const first = message.split("\n")[0]!.replace(PLACE, "").trim();
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
