// Breakpoints of an interpreter.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";

export class Breakpoints {
  #live;

  constructor(live) {
    this.#live = live;
  }

  add({ function: index, offset }) {
    const raw = this.#live();
    const added = guarded(() => parse(raw.addBreakpoint(offset)));
    if (index !== undefined && index !== added.function) {
      raw.removeBreakpoint(offset);
      throw new UsageError(`offset ${offset} is in function ${added.function}, not ${index}`);
    }
    return added;
  }

  remove({ offset }) {
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
