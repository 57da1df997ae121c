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
  /** The time that the slider asks for, until the machine is there. */
  readonly wanted: bigint | null;
  /** How far a run has come; null unless running. */
  readonly progress: { readonly time: bigint; readonly depth: number } | null;
  /** Whether what is under way leads back. */
  readonly goingBack: boolean;
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

/** Whether the machine stands before the furthest moment that it has reached. */
export function inPast(view: View): boolean {
  return view.snapshot?.past?.inPast ?? false;
}

/** Whether there is anything recorded to go back to. An instruction that trapped has taken no time. */
export function hasPast({ snapshot }: View): boolean {
  if (!snapshot?.past) return false;
  return snapshot.time > snapshot.past.begin.time || snapshot.moment.trapped;
}

/** Whether the machine's values can be changed now. */
export function canChange({ phase, snapshot }: View): boolean {
  return phase === "paused" && snapshot !== null;
}

export function valueText(view: View, value: TypedValue): string {
  return formatValue(value, view.base);
}
