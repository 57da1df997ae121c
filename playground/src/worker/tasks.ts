/**
 * The ways of going forward, each cut into slices that can be interrupted.
 * A task is called again and again, with fuel for one slice, until it answers with something other than "OutOfFuel".
 */
import type { Interpreter, Stop } from "flight-wasm";

export type Task = (fuel: number) => Stop;

const STEP: Stop = { reason: "Step" };
const OUT_OF_FUEL: Stop = { reason: "OutOfFuel" };

export function runTask(interpreter: Interpreter): Task {
  return (fuel) => interpreter.run({ fuel });
}

export function overTask(interpreter: Interpreter): Task {
  const depth = interpreter.depth;
  let begun = false;
  return (fuel) => {
    if (begun) return leaveFrames(interpreter, depth + 1, fuel);
    begun = true;
    return interpreter.stepOver({ fuel });
  };
}

export function outTask(interpreter: Interpreter): Task {
  const depth = interpreter.depth;
  return (fuel) => leaveFrames(interpreter, depth, fuel);
}

/** Runs until the stack is less than `depth` deep. A slice may end anywhere in deeper calls, so each is left in turn. */
function leaveFrames(interpreter: Interpreter, depth: number, fuel: number): Stop {
  const until = interpreter.time + BigInt(fuel);
  while (interpreter.depth >= depth) {
    const left = Number(until - interpreter.time);
    if (left <= 0) return OUT_OF_FUEL;
    const stop = interpreter.stepOut({ fuel: left });
    if (stop.reason !== "Step") return stop;
  }
  return STEP;
}
