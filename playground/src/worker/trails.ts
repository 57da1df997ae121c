/** How the operands of an instruction that trapped came about. */
import type { Interpreter, Origin } from "flight-wasm";
import type { TrailStep } from "../protocol.ts";
import { plainValue } from "./plain.ts";

/** Most steps that are told. */
const MOST = 12;

export function trailsOf(interpreter: Interpreter): TrailStep[][] {
  const operands = interpreter.trap?.operands ?? [];
  return operands.map((_, trapOperand) => interpreter.trail({ trapOperand }, MOST).map(stepOf));
}

function stepOf(origin: Origin): TrailStep {
  const { wrote, moment } = origin;
  const value = wrote !== null && "type" in wrote ? plainValue(wrote) : null;
  if (origin.by === "instruction") {
    const { name, offset, instruction } = origin;
    return { time: moment.time, text: instruction, function: name ?? `function ${origin.function}`, offset, value };
  }
  return { time: moment.time, text: doneOutside(origin), function: null, offset: null, value };
}

function doneOutside(origin: Origin & { readonly by: "embedder" }): string {
  switch (origin.action) {
    case "Start":
      return `argument of the call of ${origin.name ?? "the function"}`;
    case "Answer":
      return `returned by ${origin.name ?? "an imported function"}`;
    default:
      return "changed from outside";
  }
}
