/** A trap: its words, what happened with the operands at hand, and the frames as links. */
import type { TrapFrame, TrapInfo, TypedValue } from "flight-wasm";
import { h, setAttribute, setText } from "../dom.ts";
import { formatAddress, formatCount, functionName } from "../format.ts";
import type { TrailStep } from "../protocol.ts";
import type { Panel, View } from "../view.ts";
import { typeTag, valueSpan } from "./value.ts";

/** Frames shown as links; the call frames panel has more. */
const LINKS = 8;

/** Asks how the operands came about, and goes to where they did. */
export interface Trails {
  ask(): void;
  go(time: bigint): void;
}

export interface TrapPanel extends Panel {
  showTrails(time: bigint, trails: readonly (readonly TrailStep[])[]): void;
}

export function createTrap(onFrame: (index: number) => void, trails: Trails): TrapPanel {
  const kind = h("h2");
  const explanation = h("p", { class: "words" });
  const place = h("p", { class: "where" });
  const operands = h("p", { class: "operands" });
  const ask = h("button", { type: "button", class: "link ask", title: "Search the recorded past for where these values come from" }, "Show how it came about");
  const about = h("div", { class: "trails", hidden: true });
  ask.addEventListener("click", trails.ask);
  const frames = h("ol", { class: "trap-frames" });
  const element = h(
    "div",
    { class: "trap", role: "alert" },
    h("span", { class: "trap-icon", "aria-hidden": "true" }),
    kind,
    explanation,
    place,
    operands,
    ask,
    about,
    frames,
  );
  let drawn = "";
  let shown: View | null = null;
  return {
    element,
    showTrails(time, found) {
      if (shown?.snapshot?.trap == null || shown.snapshot.time !== time) return;
      const view = shown;
      about.replaceChildren(...found.map((steps, operand) => trailList(steps, view.snapshot!.trap!.operands[operand], view, trails.go)));
      about.hidden = found.length === 0;
      ask.hidden = true;
    },
    update(view) {
      shown = view;
      const trap = view.snapshot ? view.snapshot.trap : (view.refused?.trap ?? null);
      element.hidden = trap === null;
      const key = trap === null ? "" : JSON.stringify([trap, view.base], (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
      // The links are kept while frames are looked at, and with them the focus.
      frames.querySelectorAll(".link").forEach((link, index) => setAttribute(link, "aria-current", index === view.frame ? "true" : null));
      if (key === drawn) return;
      drawn = key;
      if (trap === null) return;
      about.hidden = true;
      ask.hidden = trap.operands.length === 0 || view.snapshot?.past == null;
      setText(kind, `Trap: ${trap.message}`);
      kind.title = trap.kind;
      setText(explanation, said(trap));
      place.replaceChildren(...where(trap, view));
      operands.hidden = trap.operands.length === 0;
      operands.replaceChildren(
        h("span", { class: "label" }, trap.operands.length === 1 ? "operand" : "operands"),
        ...trap.operands.map((value) => h("span", { class: "chip" }, typeTag(value.type), valueSpan(value, view.base))),
      );
      frames.hidden = trap.frames.length === 0;
      frames.replaceChildren(...links(trap, view, onFrame));
    },
  };
}

/** Where an operand comes from, nearest first, each step a link to its moment. */
function trailList(steps: readonly TrailStep[], operand: TypedValue | undefined, view: View, go: (time: bigint) => void): HTMLElement {
  const items = steps.map(({ time, text, function: name, offset, value }) => {
    const line = offset === null ? null : view.lineOf(offset);
    const link = h("button", { type: "button", class: "link", title: `Go to instruction ${formatCount(time)}` }, text);
    link.addEventListener("click", () => go(time));
    const place = [name, line === null ? null : `line ${line}`].filter((part) => part !== null).join(", ");
    return h("li", {}, link, ...(value ? [h("span", { class: "label" }, "→"), valueSpan(value, view.base)] : []), h("span", { class: "label" }, place));
  });
  if (items.length === 0) items.push(h("li", {}, h("span", { class: "label" }, "it was there when the record began")));
  const head = h("p", { class: "label" }, ...(operand ? [valueSpan(operand, view.base), " came from"] : ["came from"]));
  return h("div", {}, head, h("ol", {}, ...items));
}

function said(trap: TrapInfo): string {
  const cause = trap.cause === undefined || trap.explanation.includes(String(trap.cause)) ? "" : ` Thrown: ${String(trap.cause)}`;
  return sentenceCase(trap.explanation || trap.message) + cause;
}

function sentenceCase(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  // An explanation may begin with the name of an instruction, which is never written large.
  const first = /^[a-z]+\d*\./.test(text) ? text : begun;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Kind and place, each in one piece where the line must break. */
function where(trap: TrapInfo, view: View): HTMLElement[] {
  const line = trap.offset === null ? null : view.lineOf(trap.offset);
  return [
    trap.kind,
    trap.instruction,
    line === null ? null : `line ${line}`,
    trap.offset === null ? null : `offset ${formatAddress(trap.offset)}`,
  ]
    .filter((part) => part !== null)
    .map((part) => h("span", {}, part));
}

function links(trap: TrapInfo, view: View, onFrame: (index: number) => void): HTMLElement[] {
  const items = trap.frames.slice(0, LINKS).map((frame, index) => {
    const link = h("button", { type: "button", class: "link", "aria-current": index === view.frame ? "true" : null }, frameText(frame, view));
    link.addEventListener("click", () => onFrame(index));
    return h("li", {}, h("span", { class: "label" }, index === 0 ? "in" : "called by"), link);
  });
  const { depth } = trap;
  if (depth > items.length) items.push(h("li", {}, h("span", { class: "label" }, `and ${formatCount(depth - items.length)} more`)));
  return items;
}

function frameText(frame: TrapFrame, view: View): string {
  const line = frame.offset === null ? null : view.lineOf(frame.offset);
  return `${functionName(frame)}${line === null ? "" : `, line ${line}`}`;
}
