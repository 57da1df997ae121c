// Watchpoints of an interpreter.
import { UsageError, guarded } from "./errors.js";
import { toTime } from "./moment.js";
import { revive, toIndex } from "./values.js";

/** What the raw layer wants to know of something that is watched: kind, index, place, length. */
function toRawPlace(what) {
  const { memory, global, local, table } = what ?? {};
  if (global !== undefined) return ["global", toIndex(global, "global"), 0n, 1n];
  if (local !== undefined) return ["local", toIndex(what.function, "function"), BigInt(toIndex(local, "local")), 1n];
  if (table !== undefined) return ["table", toIndex(table, "table"), toTime(what.entry), toTime(what.count ?? 1)];
  if (memory !== undefined || what?.address !== undefined) {
    return ["memory", toIndex(memory ?? 0, "memory"), toTime(what.address), toTime(what.length ?? 1)];
  }
  throw new UsageError("what is watched names a memory and an address, a global, a function and a local, or a table and an entry");
}

export class Watchpoints {
  #live;
  #kept;

  constructor(live, kept) {
    this.#live = live;
    this.#kept = kept;
  }

  add(what) {
    const raw = this.#live();
    const id = guarded(() => raw.addWatchpoint(...toRawPlace(what), what.on ?? "write"));
    return raw.watchpoints().find((watchpoint) => watchpoint.id === id);
  }

  remove(watchpoint) {
    const id = typeof watchpoint === "object" && watchpoint !== null ? watchpoint.id : watchpoint;
    return this.#live().removeWatchpoint(toIndex(id, "watchpoint"));
  }

  clear() {
    for (const { id } of this) this.#live().removeWatchpoint(id);
  }

  get size() {
    return this.#live().watchpoints().length;
  }

  /** The accesses that the last step or run came behind. */
  get hits() {
    const hits = this.#live().watchHits();
    for (const { old, new: now } of hits) revive([old, now], this.#kept);
    return hits;
  }

  *[Symbol.iterator]() {
    yield* this.#live().watchpoints();
  }
}
