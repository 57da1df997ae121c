/** The time line: time in the middle, forward on its right, back on its left, and above them the slider. */
import { command, shortcuts, tooltip, type CommandName } from "../commands.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { formatCount } from "../format.ts";
import { icon } from "../icons.ts";
import { hasPast, inPast, type Panel, type Phase, type View } from "../view.ts";
import { createSlider, timeOf } from "./slider.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  loading: "Loading",
  empty: "Ready",
  paused: "Paused",
  running: "Running",
  finished: "Finished",
  trapped: "Trapped",
};

/** From the outside to the middle, and from the middle to the outside. */
const BACK: readonly CommandName[] = ["begin", "backRun", "backOut", "backOver", "back"];
const FORWARD: readonly CommandName[] = ["step", "over", "out", "run", "end"];

export function createTimeline(carryOut: (name: CommandName) => void, seek: (time: bigint) => void): Panel {
  const buttons = new Map<CommandName, HTMLButtonElement>();
  const button = (name: CommandName): HTMLButtonElement => {
    const element = h("button", { type: "button" });
    label(element, name);
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") carryOut(element.dataset["command"] as CommandName);
    });
    buttons.set(name, element);
    return element;
  };
  const slider = createSlider(seek);
  const phase = h("span", { class: "phase" });
  const time = h("output", { class: "time-now", "aria-label": "Time: instructions executed" });
  const unit = h("span", {});
  const aside = h("span", { class: "aside" });
  const element = h(
    "footer",
    { class: "timeline", "aria-label": "Time line" },
    slider.element,
    h("div", { class: "edge first" }, phase, button("restart")),
    h("div", { class: "back" }, ...BACK.map(button)),
    h("div", { class: "now", title: "Time: how many instructions have been executed" }, time, h("span", { class: "unit" }, unit, aside)),
    h("div", { class: "forward" }, ...FORWARD.map(button)),
    h("div", { class: "edge last" }, button("live")),
  );
  const run = buttons.get("run")!;
  return {
    element,
    update(view) {
      slider.update(view);
      // Kept in the tab order though they do nothing now: a focus that vanishes is worse.
      for (const [name, item] of buttons) setAttribute(item, "aria-disabled", canBe(name, view) ? null : "true");
      const wanted = view.phase === "running" ? "pause" : "run";
      if (run.dataset["command"] !== wanted) label(run, wanted);
      const past = inPast(view);
      setAttribute(element, "class", past ? "timeline past" : "timeline");
      setText(phase, PHASES[view.phase]);
      setAttribute(phase, "class", `phase ${view.phase}`);
      setText(time, formatCount(slider.held ?? view.wanted ?? timeOf(view)));
      setText(unit, past ? `of ${formatCount(view.snapshot!.past!.end.time)}` : "instructions");
      setText(aside, past ? " · in the past" : "");
    },
  };
}

/** Whether a command has a meaning now. */
function canBe(name: CommandName, view: View): boolean {
  const { phase, snapshot } = view;
  const past = inPast(view);
  switch (name) {
    case "restart":
      return view.program !== null;
    case "run":
      return phase !== "loading" && phase !== "empty";
    case "live":
    case "end":
      return past && phase !== "running";
    case "begin":
    case "backRun":
    case "backOver":
    case "back":
      return hasPast(view) && phase !== "running";
    case "backOut":
      return hasPast(view) && phase !== "running" && (snapshot?.depth ?? 0) > 1;
    default:
      return phase === "paused" || (past && phase !== "running");
  }
}

function label(element: HTMLButtonElement, name: CommandName): void {
  const entry = command(name);
  element.dataset["command"] = name;
  element.title = tooltip(entry);
  element.setAttribute("aria-keyshortcuts", shortcuts(entry));
  // Where there is little room the words are not drawn.
  element.setAttribute("aria-label", entry.reverse ?? entry.label);
  element.className = `command ${name}`;
  element.replaceChildren(...(entry.icon ? [icon(entry.icon, entry.reverse !== undefined)] : []), h("span", {}, entry.label));
}
