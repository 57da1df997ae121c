/** The sentence: what is about to happen, in words; or how it ended. A trap takes its place. */
import type { Explanation } from "flight-wasm";
import { h, setAttribute, setText } from "../dom.ts";
import { formatAddress, formatCount, functionName, plural } from "../format.ts";
import type { Call, Snapshot, TrailStep } from "../protocol.ts";
import { selectedFrame, valueText, type Panel, type View } from "../view.ts";
import { createTrap, type Trails } from "./trap.ts";

/** Why it stopped here, where that is not plain to see. */
const STOPPED: { readonly [reason: string]: string | undefined } = {
  Breakpoint: "stopped at a breakpoint",
  Beginning: "the beginning of the record",
};

export interface Sentence extends Panel {
  /** How the operands of the trap at a time came about. */
  showTrails(time: bigint, trails: readonly (readonly TrailStep[])[]): void;
}

export function createSentence(onFrame: (index: number) => void, trails: Trails): Sentence {
  const words = h("p", { class: "words" });
  const where = h("p", { class: "where one-line" });
  const plain = h("div", { class: "plain", role: "status" }, words, where);
  const trap = createTrap(onFrame, trails);
  const element = h("section", { class: "sentence", "aria-label": "Next instruction" }, plain, trap.element);
  let drawn = "";
  return {
    element,
    showTrails: trap.showTrails,
    update(view) {
      const trapped = view.phase === "trapped" || (view.snapshot === null && view.refused?.trap != null);
      setAttribute(element, "class", `sentence ${trapped ? "trapped" : view.phase}`);
      setAttribute(element, "aria-label", trapped ? "Trap" : "Next instruction");
      plain.hidden = trapped;
      trap.update(view);
      if (trapped) return;
      const text = sentence(view);
      // Said again word for word, it would be read aloud again.
      if (text !== drawn) words.replaceChildren(...rich(text));
      drawn = text;
      setText(where, place(view));
      where.title = where.textContent ?? "";
    },
  };
}

function sentence(view: View): string {
  const { snapshot, phase, program } = view;
  if (phase === "loading") return "Loading…";
  if (phase === "running") {
    if (view.goingBack) return "Going back…";
    return `Running, ${plural(view.progress?.depth ?? 0, "call frame")} deep.`;
  }
  if (!snapshot) return view.refused ? closed(`The module cannot be instantiated: ${view.refused.message}`) : "Nothing runs.";
  if (phase === "finished") return finished(view, snapshot);
  if (phase === "empty") {
    const runs = program?.exports.some((item) => item.kind === "func") ?? false;
    return runs ? "Ready. Choose a call above and start it." : "This module exports no function, so there is nothing to step through.";
  }
  if (view.frame > 0) {
    const frame = selectedFrame(view)!;
    return `\`${functionName(frame)}\` waits at \`${frame.instruction ?? "its call"}\` for the call to return.`;
  }
  if (snapshot.explanation) return closed(explained(snapshot.explanation));
  return `Next: \`${snapshot.frames[0]?.instruction ?? "…"}\`.`;
}

/** The instruction stands at the head of its sentence, as code. */
function explained(explanation: Explanation): string {
  const { text, instruction, mnemonic } = explanation;
  if (text.includes("`")) return text;
  for (const code of [instruction, mnemonic]) {
    if (text.startsWith(code)) return `\`${code}\`${text.slice(code.length)}`;
  }
  return text;
}

/** With a full stop at its end. */
function closed(text: string): string {
  return /[.!?…]`?$/.test(text) ? text : `${text}.`;
}

function finished(view: View, snapshot: Snapshot): string {
  const call = snapshot.call ? `\`${callText(snapshot.call)}\`` : "The call";
  const results = snapshot.results ?? [];
  if (results.length === 0) return `${call} has returned.`;
  return `${call} returned ${results.map((result) => `\`${valueText(view, result)}\``).join(", ")}.`;
}

function callText(call: Call): string {
  return `${call.name}(${call.args.map(String).join(", ")})`;
}

function place(view: View): string {
  const { snapshot } = view;
  if (view.phase === "finished" && snapshot) return `after ${formatCount(snapshot.time)} instructions`;
  if (view.phase !== "paused" || !snapshot) return "\u00a0";
  const frame = selectedFrame(view);
  if (!frame || frame.offset === null) return "\u00a0";
  const line = view.lineOf(frame.offset);
  const parts = [
    `${snapshot.inStartFunction ? "start function " : ""}${functionName(frame)}`,
    line === null ? null : `line ${line}`,
    `offset ${formatAddress(frame.offset)}`,
    snapshot.stop ? STOPPED[snapshot.stop.reason] : null,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Words with code between backticks. */
export function rich(text: string): Node[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : document.createTextNode(part)));
}
