/** Builds the map between instructions and places in the text. */
import type { Module } from "flight-wasm";
import type { Places } from "../protocol.ts";

interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The places of a module made from the user's text. */
export function placesInText(module: Module): Places {
  const known = new Map<number, TextPosition>();
  for (const { offset, line, column } of module.textMap() ?? []) known.set(offset, { line, column });
  return collect(module, known);
}

/** The places of a module that was printed: one instruction a line, so the line alone says it. */
export function placesInPrint(module: Module, offsets: readonly (number | null)[]): Places {
  const known = new Map<number, TextPosition>();
  offsets.forEach((offset, index) => {
    // Several lines may carry one offset (a block's lines around it); the first is the item itself.
    if (offset !== null && !known.has(offset)) known.set(offset, { line: index + 1, column: 0 });
  });
  return collect(module, known);
}

/**
 * One row per instruction of every function.
 * An instruction that has no text of its own (the `end` that closes a function, or that a folded expression leaves out)
 * stands where the one before it stands, so that the mark never vanishes.
 */
function collect(module: Module, known: ReadonlyMap<number, TextPosition>): Places {
  const bodies = module.functions
    .filter((func) => !func.imported)
    .map((func) => ({ func, offsets: module.instructionOffsets(func.index) }))
    .sort((a, b) => (a.func.start ?? 0) - (b.func.start ?? 0));
  const length = bodies.reduce((sum, body) => sum + body.offsets.length, 0);
  const places = {
    offsets: new Uint32Array(length),
    functions: new Uint32Array(length),
    lines: new Uint32Array(length),
    columns: new Uint32Array(length),
  };
  let row = 0;
  for (const { func, offsets } of bodies) {
    let last: TextPosition = firstKnown(offsets, known) ?? { line: 1, column: 0 };
    for (const offset of offsets) {
      last = known.get(offset) ?? last;
      places.offsets[row] = offset;
      places.functions[row] = func.index;
      places.lines[row] = last.line;
      places.columns[row] = last.column;
      row += 1;
    }
  }
  return places;
}

function firstKnown(offsets: Uint32Array, known: ReadonlyMap<number, TextPosition>): TextPosition | undefined {
  for (const offset of offsets) {
    const position = known.get(offset);
    if (position) return position;
  }
  return undefined;
}
