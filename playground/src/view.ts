/** What the panels are shown. A panel draws from this alone and redraws only what differs from what it drew before. */
import type { Frame, TypedValue } from "flight-wasm";
import { formatValue, type Base } from "./format.ts";
import type { Problem, Program, Snapshot } from "./protocol.ts";

export type Phase = "loading" | "empty" | "paused" | "running" | "finished" | "trapped";

export interface View {
  readonly phase: Phase;
  readonly program: Program | null;
  /** The last pause; while the machine runs, the one from which it set out. */
  readonly snapshot: Snapshot | null;
  /** How far a run has come; null unless running. */
  readonly progress: { readonly time: bigint; readonly depth: number } | null;
  /** Index into the snapshot's frames of the one that is looked at. */
  readonly frame: number;
  readonly base: Base;
  /** What kept the last request from being carried out. */
  readonly refused: Problem | null;
  /** The line of an instruction in the text as it stands. */
  readonly lineOf: (offset: number) => number | null;
}

export interface Panel {
  readonly element: HTMLElement;
  update(view: View): void;
}

export function selectedFrame(view: View): Frame | null {
  return view.snapshot?.frames[view.frame] ?? view.snapshot?.frames[0] ?? null;
}

export function valueText(view: View, value: TypedValue): string {
  return formatValue(value, view.base);
}
