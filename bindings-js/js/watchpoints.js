// Watchpoints of an interpreter.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { toTime } from "./moment.js";
import { toIndex, toFields, toText } from "./given.js";

/**
 * What the raw layer wants to know of something that is watched or was written: kind, index, place, length.
 * `whose` is what a local belongs to: a `function`, or a `frame`.
 */
export function toRawPlace(what, whose) {
  const { memory, global, local, table } = toFields(what, "a place");
  if (global !== undefined) return ["global", toIndex(global, "global"), 0n, 1n];
  if (local !== undefined) {
    const of = whose === "frame" ? (what.frame ?? 0) : what.function;
    return ["local", toIndex(of, whose), BigInt(toIndex(local, "local")), 1n];
  }
  if (table !== undefined) return ["table", toIndex(table, "table"), toTime(what.entry), toTime(what.count ?? 1)];
  if (memory !== undefined || what.address !== undefined) {
    return ["memory", toIndex(memory ?? 0, "memory"), toTime(what.address), toTime(what.length ?? 1)];
  }
  throw new UsageError(`a place is a memory and an address, a global, a local and its ${whose}, or a table and an entry`);
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
    const id = guarded(() => raw.addWatchpoint(...toRawPlace(what, "function"), toText(what.on ?? "write", "on")));
    return parse(raw.watchpoints()).find((watchpoint) => watchpoint.id === id);
  }

  remove(watchpoint) {
    const id = typeof watchpoint === "object" && watchpoint !== null ? watchpoint.id : watchpoint;
    return this.#live().removeWatchpoint(toIndex(id, "watchpoint"));
  }

  clear() {
    for (const { id } of this) this.#live().removeWatchpoint(id);
  }

  get size() {
    return parse(this.#live().watchpoints()).length;
  }

  /** The accesses that the last step or run came behind. */
  get hits() {
    const hits = parse(this.#live().watchHits());
    for (const { old, new: now } of hits) this.#kept.revive([old, now]);
    return hits;
  }

  *[Symbol.iterator]() {
    yield* parse(this.#live().watchpoints());
  }
}
