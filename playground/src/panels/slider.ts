/** The slider over the recorded time: dragging it goes there at once, as often as the machine can follow. */
import { clamp, h, setAttribute, setChildren } from "../dom.ts";
import { formatCount, plural } from "../format.ts";
import type { Mark, Past } from "../protocol.ts";
import type { Panel, View } from "../view.ts";

const WORDS: Readonly<Record<Mark["kind"], string>> = {
  call: "A call of an imported function",
  breakpoint: "Stopped at a breakpoint",
  trap: "Trapped",
};

export interface Slider extends Panel {
  /** The time under the thumb while it is held; null else. */
  readonly held: bigint | null;
}

export function createSlider(seek: (time: bigint) => void): Slider {
  const input = h("input", { type: "range", class: "slider", "aria-label": "Time", step: 1, min: 0, max: 0, value: 0, disabled: true });
  const marks = h("div", { class: "marks", "aria-hidden": "true" });
  const element = h("div", { class: "track" }, marks, input);
  let drawn: Past | null = null;
  let holding = false;

  const hold = (on: boolean): void => {
    holding = on;
    // What moves while it is dragged only follows the thumb.
    document.documentElement.classList.toggle("scrubbing", on);
  };
  const time = (): bigint => BigInt(Math.round(Number(input.value)));
  input.addEventListener("pointerdown", () => hold(true));
  for (const end of ["pointerup", "pointercancel", "blur", "change"]) input.addEventListener(end, () => hold(false));
  input.addEventListener("input", () => {
    fill();
    seek(time());
  });

  /** How far the track is filled, as a share of its length. */
  function fill(): void {
    const [least, most, value] = [Number(input.min), Number(input.max), Number(input.value)];
    element.style.setProperty("--at", String(most > least ? clamp((value - least) / (most - least), 0, 1) : 0));
  }

  return {
    element,
    get held() {
      return holding ? time() : null;
    },
    update(view) {
      const past = view.snapshot?.past ?? null;
      const now = timeOf(view);
      const begin = past?.begin.time ?? 0n;
      const end = past && past.end.time > now ? past.end.time : now;
      setAttribute(input, "min", Number(begin));
      setAttribute(input, "max", Number(end));
      input.disabled = past === null || end === begin;
      if (!holding) input.value = String(view.wanted ?? now);
      setAttribute(input, "aria-valuetext", `${formatCount(time())} of ${plural(Number(end), "instruction")}`);
      setAttribute(element, "class", past?.inPast ? "track past" : "track");
      fill();
      if (past !== drawn) showMarks(past);
      drawn = past;
    },
  };

  function showMarks(past: Past | null): void {
    const begin = Number(past?.begin.time ?? 0);
    const length = Number(past?.end.time ?? 0) - begin;
    const shown = past?.marks.map((mark, index) => {
      const element = (marks.children[index] as HTMLElement | undefined) ?? h("span", {});
      setAttribute(element, "class", `mark ${mark.kind}`);
      setAttribute(element, "title", `${WORDS[mark.kind]}, instruction ${formatCount(mark.time)}`);
      element.style.setProperty("--at", String(length > 0 ? (Number(mark.time) - begin) / length : 0));
      return element;
    });
    setChildren(marks, shown ?? []);
  }
}

/** The time at which the machine is: while it runs, how far it has come. */
export function timeOf(view: View): bigint {
  return view.phase === "running" && view.progress ? view.progress.time : (view.snapshot?.time ?? 0n);
}
