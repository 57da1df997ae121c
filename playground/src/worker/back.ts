/**
 * The long way back: to the last breakpoint before the present moment.
 * It is cut into slices that can be interrupted, so that the page can stop it.
 */
import type { Interpreter, Moment, Stop } from "flight-wasm";
import { isBefore } from "../moments.ts";
import type { Task } from "./tasks.ts";

const OUT_OF_FUEL: Stop = { reason: "OutOfFuel" };
/** How many instructions before the present moment are searched first. */
const FIRST = 4_096n;
/** An interval is this much longer than the one after it. */
const GROWTH = 4n;
/** To get to its beginning takes some, so an interval is at least this share of what lies before it. */
const SHARE = 64n;

export interface BackTask {
  readonly task: Task;
  /** How far the search has come; it gets less and less. */
  readonly reached: () => bigint;
}

/**
 * Searches one interval after the other, each from its beginning to its end, since the machine runs forward only.
 * `stopHere` says whether the instruction that is next would have stopped the machine.
 */
export function reverseRunTask(interpreter: Interpreter, stopHere: () => Stop | null): BackTask {
  const start = interpreter.moment;
  const first = interpreter.history?.begin.time ?? 0n;
  let length = FIRST;
  let begin = start.time;
  let end = start.time;
  let found: { moment: Moment; stop: Stop } | null = null;
  let within = false;

  function note(stop: Stop | null): void {
    const { moment } = interpreter;
    if (stop && isBefore(moment, start)) found = { moment, stop };
  }

  function enter(): void {
    end = begin;
    const least = (end - first) / SHARE;
    if (length < least) length = least;
    begin = end - first > length ? end - length : first;
    length *= GROWTH;
    interpreter.seek(begin);
    within = true;
    note(stopHere());
  }

  /** Runs a slice of the interval; whether its end has been reached. */
  function search(fuel: number): boolean {
    const slice = interpreter.time + BigInt(fuel);
    const until = slice < end ? slice : end;
    while (interpreter.time < until) {
      const stop = interpreter.run({ fuel: Number(until - interpreter.time) });
      if (stop.reason === "Breakpoint" || stop.reason === "Watchpoint") note(stop);
      // A call has ended: what was done next is done again.
      else if (interpreter.state !== "Paused" && interpreter.time < end) interpreter.seek(interpreter.time);
    }
    return interpreter.time >= end;
  }

  function task(fuel: number): Stop {
    if (!within) {
      enter();
    } else if (search(fuel)) {
      within = false;
      if (found) {
        interpreter.seek(found.moment);
        return found.stop;
      }
      if (begin === first) {
        interpreter.seek(first);
        return { reason: "Beginning" };
      }
    }
    return OUT_OF_FUEL;
  }
  return { task, reached: () => begin };
}
