// Frees what the raw layer holds.
import { UsageError } from "./errors.js";

/** What is freed answers to nothing but with this: a call may be under way that still holds it. */
const gone = (what) =>
  new Proxy(Object.create(null), {
    get() {
      throw new UsageError(`the ${what} has been freed`);
    },
  });
const GONE = { interpreter: gone("interpreter"), module: gone("module") };

export function freeRaw(raw, what) {
  raw.free();
  Object.setPrototypeOf(raw, GONE[what]);
}
