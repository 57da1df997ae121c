/** Works out what a step changed, by comparing the machine with a record of how it stood before. */
import type { Frame, GlobalView, Interpreter, Moment, TypedValue } from "flight-wasm";
import type { Changes, MemoryWindow } from "../protocol.ts";

/** Memories up to this size together are compared whole; of larger ones only what the page looks at. */
const COMPARED_BYTES = 1 << 20;
/** Most ranges that are reported: more would mark everything and so say nothing. */
const MOST_RANGES = 512;

/** How the machine stood at a pause. */
export interface PauseRecord {
  readonly moment: Moment;
  readonly depth: number;
  readonly frame: Frame | undefined;
  readonly caller: Frame | undefined;
  /** How many operands the next instruction takes; null where that is not known. */
  readonly takes: number | null;
  readonly globals: readonly GlobalView[];
  readonly memories: readonly Uint8Array[] | null;
  readonly window: MemoryWindow | null;
}

export const NO_CHANGES: Changes = { produced: 0, consumed: [], locals: [], globals: [], memory: [] };

export function copyMemories(interpreter: Interpreter): Uint8Array[] | null {
  const views = Array.from({ length: interpreter.memoryCount }, (_, index) => interpreter.memory(index));
  const size = views.reduce((sum, view) => sum + view.size, 0);
  return size <= COMPARED_BYTES ? views.map((view) => view.read(0, view.size)) : null;
}

/** What lies between two pauses: one instruction, one whole call or the return from one, forward or back; or anything else. */
export type Distance = "step" | "step back" | "far";

/** Compares two pauses. On the way back, what an instruction took is produced and what it gave is consumed. */
export function changesBetween(before: PauseRecord, after: PauseRecord, distance: Distance): Changes {
  return {
    ...operandChanges(before, after, distance),
    locals: localChanges(before, after),
    globals: after.globals.flatMap((global, index) => {
      const was = before.globals[index];
      return was && !same(was, global) ? [{ index: global.index, before: was }] : [];
    }),
    memory: memoryChanges(before, after),
  };
}

function operandChanges(before: PauseRecord, after: PauseRecord, distance: Distance): Pick<Changes, "produced" | "consumed"> {
  const now = after.frame?.operands ?? [];
  // After a long run everything is new, so nothing is marked as such.
  if (distance === "far") return { produced: 0, consumed: [] };
  if (after.depth < before.depth) {
    // Returned, or before a call again: what lies above the caller's waiting operands has just arrived.
    const waiting = after.depth === before.depth - 1 ? (before.caller?.operands ?? []) : [];
    return { produced: Math.max(0, now.length - waiting.length), consumed: [] };
  }
  if (after.depth > before.depth) return { produced: 0, consumed: [] };
  const was = before.frame?.operands ?? [];
  // For one instruction it is known how many operands it took; else all that still agrees counts as untouched.
  const [earlier, height] = distance === "step" ? [before, was.length] : [after, now.length];
  const untouched = earlier.takes === null ? commonLength(was, now) : Math.max(0, height - earlier.takes);
  const kept = Math.min(untouched, now.length);
  const consumed = was.slice(kept).map((value, index) => ({ height: kept + index, value }));
  return { produced: now.length - kept, consumed };
}

function commonLength(a: readonly TypedValue[], b: readonly TypedValue[]): number {
  let length = 0;
  while (length < a.length && length < b.length && same(a[length]!, b[length]!)) length += 1;
  return length;
}

function localChanges(before: PauseRecord, after: PauseRecord): Changes["locals"] {
  const was = before.frame;
  const now = after.frame;
  if (!was || !now || before.depth !== after.depth || was.function !== now.function) return [];
  return now.locals.flatMap((local, index) => {
    const old = was.locals[index];
    return old && !same(old, local) ? [{ index: local.index, before: old }] : [];
  });
}

function same(a: TypedValue, b: TypedValue): boolean {
  if (a.type !== b.type) return false;
  // Bits tell NaNs and zeros apart, which `===` does not.
  if (a.bits !== undefined || b.bits !== undefined) return a.bits === b.bits;
  if (typeof a.value === "object" && a.value !== null && typeof b.value === "object" && b.value !== null) {
    return (a.value as { function?: number }).function === (b.value as { function?: number }).function;
  }
  return Object.is(a.value, b.value);
}

function memoryChanges(before: PauseRecord, after: PauseRecord): Changes["memory"] {
  const ranges: { memory: number; start: number; end: number }[] = [];
  if (before.memories && after.memories) {
    after.memories.forEach((bytes, memory) => {
      const old = before.memories![memory];
      if (old) addRanges(ranges, memory, 0, old, bytes);
    });
  } else if (before.window && after.window && before.window.memory === after.window.memory) {
    const base = Math.max(before.window.address, after.window.address);
    addRanges(
      ranges,
      after.window.memory,
      base,
      before.window.bytes.subarray(base - before.window.address),
      after.window.bytes.subarray(base - after.window.address),
    );
  }
  return ranges;
}

function addRanges(
  ranges: { memory: number; start: number; end: number }[],
  memory: number,
  base: number,
  old: Uint8Array,
  now: Uint8Array,
): void {
  const length = Math.min(old.length, now.length);
  let i = 0;
  while (i < length && ranges.length < MOST_RANGES) {
    if (old[i] === now[i]) {
      i += 1;
      continue;
    }
    const start = i;
    while (i < length && old[i] !== now[i]) i += 1;
    ranges.push({ memory, start: base + start, end: base + i });
  }
}
