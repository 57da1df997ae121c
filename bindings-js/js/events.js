// What a machine tells those who listen.
import { UsageError } from "./errors.js";
import { describe } from "./given.js";

const NAMES = ["output", "hostcall", "trap", "growth"];

/** What a listener throws does not disturb the machine: it goes where errors go that nobody catches. */
const report =
  globalThis.reportError ??
  ((error) =>
    queueMicrotask(() => {
      throw error;
    }));

export class Events {
  #listeners = new Map(NAMES.map((name) => [name, new Set()]));

  #of(name) {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) throw new UsageError(`there is no event ${describe(name)}; there are ${NAMES.join(", ")}`);
    return listeners;
  }

  /** Adds a listener: a function that takes it away again. */
  add(name, listener) {
    if (typeof listener !== "function") throw new UsageError(`a listener for ${describe(name)} is a function`);
    const listeners = this.#of(name);
    // Each time something else, so that a listener that is added twice is told twice and taken away once.
    const entry = { listener };
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  /** Takes a listener away: whether it was there. */
  remove(name, listener) {
    const listeners = this.#of(name);
    for (const entry of listeners) if (entry.listener === listener) return listeners.delete(entry);
    return false;
  }

  /** Whether anybody listens. */
  wanted(name) {
    return this.#of(name).size > 0;
  }

  /** Tells all listeners. */
  tell(name, event) {
    for (const { listener } of [...this.#of(name)]) {
      try {
        listener(event);
      } catch (error) {
        report(error);
      }
    }
  }
}
