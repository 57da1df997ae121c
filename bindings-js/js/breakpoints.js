// Breakpoints of an interpreter, and the values of expressions.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { toIndex } from "./values.js";

const FIELDS = ["function", "offset", "condition", "hits", "log"];

/** A text that may be left out. */
function toText(text, what) {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") throw new UsageError(`${what} is a string`);
  return text;
}

/** An index that may be left out. */
const toOptional = (value, what) => (value === undefined || value === null ? undefined : toIndex(value, what));

/** The value of an expression, from what the raw layer gives. */
export function evaluate(raw, expression, frame, kept) {
  const text = toText(expression, "an expression");
  if (text === undefined) throw new UsageError("an expression is a string");
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
    if (typeof what !== "object" || what === null) throw new UsageError(`a breakpoint is an object with ${FIELDS.join(", ")}`);
    for (const field of Object.keys(what)) {
      if (!FIELDS.includes(field) && field !== "count") {
        throw new UsageError(`a breakpoint has no field ${field}; it has ${FIELDS.join(", ")}`);
      }
    }
    const place = [toOptional(what.function, "function"), toOptional(what.offset, "byte of the module")];
    const condition = toText(what.condition, "condition");
    const log = toText(what.log, "log");
    const hits = what.hits ?? 0;
    if (!Number.isSafeInteger(hits) || hits < 0) throw new UsageError(`hits is a number of arrivals, not ${String(hits)}`);
    return guarded(() => parse(this.#live().addBreakpoint(...place, condition, hits, log)));
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
