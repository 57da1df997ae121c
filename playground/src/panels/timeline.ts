/** The time line: time in the middle, forward on its right, back on its left. */
import { command, shortcuts, tooltip, type CommandName } from "../commands.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { formatCount } from "../format.ts";
import { icon } from "../icons.ts";
import type { Panel, Phase, View } from "../view.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  loading: "Loading",
  empty: "Ready",
  paused: "Paused",
  running: "Running",
  finished: "Finished",
  trapped: "Trapped",
};

export function createTimeline(carryOut: (name: CommandName) => void): Panel {
  const button = (name: CommandName): HTMLButtonElement => {
    const element = h("button", { type: "button", class: `command ${name}` });
    label(element, name);
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") carryOut(element.dataset["command"] as CommandName);
    });
    return element;
  };
  const restart = button("restart");
  const step = button("step");
  const over = button("over");
  const out = button("out");
  const run = button("run");
  const phase = h("span", { class: "phase" });
  const time = h("output", { class: "time-now", "aria-label": "Time: instructions executed" });
  const unit = h("span", { class: "unit" }, "instructions");
  const element = h(
    "footer",
    { class: "timeline", "aria-label": "Time line" },
    h("div", { class: "back" }, phase, restart),
    h("div", { class: "now", title: "Time: how many instructions have been executed" }, time, unit),
    h("div", { class: "forward" }, step, over, out, run),
  );
  return {
    element,
    update(view) {
      const paused = view.phase === "paused";
      // Kept in the tab order though they do nothing now: a focus that vanishes is worse.
      for (const item of [step, over]) setAttribute(item, "aria-disabled", !paused ? "true" : null);
      setAttribute(out, "aria-disabled", !paused ? "true" : null);
      setAttribute(run, "aria-disabled", view.phase === "loading" || view.phase === "empty" ? "true" : null);
      setAttribute(restart, "aria-disabled", view.program === null ? "true" : null);
      const wanted = view.phase === "running" ? "pause" : "run";
      if (run.dataset["command"] !== wanted) label(run, wanted);
      setText(phase, PHASES[view.phase]);
      setAttribute(phase, "class", `phase ${view.phase}`);
      setText(time, formatCount(timeOf(view)));
    },
  };
}

function timeOf(view: View): bigint {
  return view.phase === "running" && view.progress ? view.progress.time : (view.snapshot?.time ?? 0n);
}

function label(element: HTMLButtonElement, name: CommandName): void {
  const entry = command(name);
  element.dataset["command"] = name;
  element.title = tooltip(entry);
  element.setAttribute("aria-keyshortcuts", shortcuts(entry));
  element.className = `command ${name}`;
  element.replaceChildren(...(entry.icon ? [icon(entry.icon)] : []), h("span", {}, entry.label));
}
