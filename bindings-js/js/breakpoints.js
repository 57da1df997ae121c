// Breakpoints of an interpreter, and the values of expressions.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { describe, toFields, toIndex, toOptional, toText } from "./given.js";

const FIELDS = ["function", "offset", "condition", "hits", "log"];

/** The value of an expression, from what the raw layer gives. */
export function evaluate(raw, expression, frame, kept) {
  const text = toText(expression, "an expression");
  const view = guarded(() => parse(raw.evaluate(text, toIndex(frame, "frame"))));
  if (view.integer === undefined) return "type" in view ? kept.revive([view])[0].value : view.value;
  const number = Number(view.integer);
  return view.wide || !Number.isSafeInteger(number) ? BigInt(view.integer) : number;
}

export class Breakpoints {
  #live;

  constructor(live) {
    this.#live = live;
  }

  add(what) {
    const raw = this.#live();
    for (const field of Object.keys(toFields(what, "a breakpoint"))) {
      if (!FIELDS.includes(field) && field !== "count") {
        throw new UsageError(`a breakpoint has no field ${field}; it has ${FIELDS.join(", ")}`);
      }
    }
    const place = [toOptional(what.function, "function", toIndex), toOptional(what.offset, "byte of the module", toIndex)];
    const condition = toOptional(what.condition, "condition", toText);
    const log = toOptional(what.log, "log", toText);
    const hits = what.hits ?? 0;
    if (!Number.isSafeInteger(hits) || hits < 0) throw new UsageError(`hits is a number of arrivals, not ${describe(hits)}`);
    return guarded(() => parse(raw.addBreakpoint(...place, condition, hits, log)));
  }

  remove(at) {
    const offset = toIndex(typeof at === "object" && at !== null ? at.offset : at, "byte of the module");
    return this.#live().removeBreakpoint(offset);
  }

  clear() {
    for (const { offset } of this) this.#live().removeBreakpoint(offset);
  }

  get size() {
    return parse(this.#live().breakpoints()).length;
  }

  *[Symbol.iterator]() {
    yield* parse(this.#live().breakpoints());
  }
}
