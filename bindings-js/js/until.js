// Where a run is to end, beside its fuel.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { toTime } from "./moment.js";
import { describe, toIndex, toOptional, toText } from "./given.js";

const FIELDS = ["time", "depth", "offset", "function", "condition"];

/** How much fuel a run may use, as a number. */
export function toFuel(fuel = Infinity) {
  const number = typeof fuel === "bigint" ? Number(fuel) : fuel;
  if (typeof number !== "number" || !(number >= 0)) throw new UsageError(`${describe(fuel)} is no fuel: it is a number of instructions`);
  return number;
}

/** Takes apart what `until` is given as. */
function parts(until) {
  if (typeof until === "function") return { holds: until };
  if (typeof until === "string") return { condition: until };
  if (typeof until !== "object" || until === null) {
    throw new UsageError("until is a function, an expression, or an object with time, depth, offset or condition");
  }
  for (const field of Object.keys(until)) {
    if (!FIELDS.includes(field)) throw new UsageError(`until has no field ${field}; it has ${FIELDS.join(", ")}`);
  }
  return until;
}

/** One of the ways in which a run may end, beside those that it always has. */
export class Until {
  #interpreter;
  #raw;
  #time;
  #depth;
  #offset;
  #holds;
  #condition;
  /** Whether the breakpoint at the offset is there for this run only. */
  #added = false;

  constructor(interpreter, raw, until) {
    this.#interpreter = interpreter;
    this.#raw = raw;
    const { time, depth, offset, function: index, condition, holds } = parts(until);
    if (time !== undefined) this.#time = toTime(time);
    if (depth !== undefined) this.#depth = toIndex(depth, "call");
    if (index !== undefined || offset !== undefined) {
      const place = [toOptional(index, "function", toIndex), toOptional(offset, "byte of the module", toIndex)];
      this.#offset = guarded(() => raw.breakpointOffset(...place));
    }
    if (holds !== undefined) this.#holds = () => holds(interpreter);
    if (condition !== undefined) this.#take(toText(condition, "a condition"));
  }

  #take(condition) {
    const raw = this.#raw;
    this.#condition = condition;
    // A mistake in it is told before anything is executed; at an offset that is done when it is set there.
    if (this.#offset === undefined) guarded(() => raw.holds(condition));
    this.#holds = () => {
      try {
        return raw.holds(condition);
      } catch {
        // Another function may not have what it names.
        return false;
      }
    };
  }

  /** Runs until it has come about, or `run` comes back for another reason. */
  run(runner, fuel) {
    const raw = this.#raw;
    let most = fuel;
    if (this.#time !== undefined) {
      if (this.#time <= raw.time) return { reason: "Until" };
      most = Math.min(fuel, Number(this.#time - raw.time));
    }
    if (this.#depth !== undefined && raw.depth <= this.#depth) return { reason: "Until" };
    const looks = this.#offset === undefined ? this.#holds !== undefined : this.#isTaken();
    const stop = looks ? this.#step(runner, most) : this.#runTo(runner, most);
    const inTime = stop.reason === "OutOfFuel" && this.#time !== undefined && raw.time >= this.#time;
    const deep = stop.reason === "Step" && this.#depth !== undefined && raw.depth <= this.#depth;
    return inTime || deep ? { reason: "Until" } : stop;
  }

  #runTo(runner, fuel) {
    const raw = this.#raw;
    this.#set();
    try {
      const stop = runner.run(fuel, this.#depth);
      return stop.reason === "Breakpoint" && this.#isHere() ? { reason: "Until" } : stop;
    } finally {
      if (this.#added) raw.removeBreakpoint(this.#offset);
      this.#added = false;
    }
  }

  #set() {
    if (this.#offset === undefined) return;
    const raw = this.#raw;
    if (parse(raw.breakpoints()).some(({ offset }) => offset === this.#offset)) return;
    guarded(() => raw.addBreakpoint(undefined, this.#offset, this.#condition, 0, undefined));
    this.#added = true;
  }

  /** Whether there is a breakpoint at the offset that does not stop where this is to. */
  #isTaken() {
    const there = parse(this.#raw.breakpoints()).find(({ offset }) => offset === this.#offset);
    if (there === undefined) return false;
    return this.#condition !== undefined || (there.condition ?? there.hits ?? there.log) !== undefined;
  }

  #isAt() {
    const frame = parse(this.#raw.frame(0));
    return frame?.offset === this.#offset && frame.instance === this.#raw.instance;
  }

  #isHere() {
    return this.#added && this.#isAt();
  }

  /** What no breakpoint decides is asked before each instruction. */
  #step(runner, fuel) {
    const raw = this.#raw;
    const end = raw.time + BigInt(Math.min(fuel, Number.MAX_SAFE_INTEGER));
    const holds = () => (this.#offset === undefined || this.#isAt()) && (this.#holds?.() ?? true);
    for (;;) {
      if (raw.time >= end) return { reason: "OutOfFuel" };
      const stop = runner.run(1, this.#depth);
      if (stop.reason !== "OutOfFuel") return stop;
      if (raw.state === "Paused" && holds()) return { reason: "Until" };
    }
  }
}
