/**
 * Where each instruction stands in the text, also while the text is being edited.
 *
 * Places are those of a compiled text. Edits made since are remembered as a change,
 * through which every position is mapped, so that the marks stay with their instructions.
 */
import { ChangeSet, StateEffect, StateField, type ChangeDesc, type EditorState, type Text } from "@codemirror/state";
import type { Places } from "../protocol.ts";

interface Version {
  readonly generation: number;
  readonly doc: Text;
  readonly since: ChangeDesc;
}
interface Known {
  readonly sent: readonly Version[];
  readonly current: (Version & { readonly places: Places }) | null;
}

/** The text as it stands has been sent to be compiled. */
export const markSent = StateEffect.define<number>();
/** A text that was sent is the program now. */
export const placesKnown = StateEffect.define<{ generation: number; places: Places }>();

export const placesField = StateField.define<Known>({
  create: () => ({ sent: [], current: null }),
  update(value, transaction) {
    let { sent, current } = value;
    if (transaction.docChanged) {
      sent = sent.map((version) => ({ ...version, since: version.since.composeDesc(transaction.changes.desc) }));
      current = current && { ...current, since: current.since.composeDesc(transaction.changes.desc) };
    }
    for (const effect of transaction.effects) {
      if (effect.is(markSent)) {
        const doc = transaction.newDoc;
        sent = [...sent, { generation: effect.value, doc, since: ChangeSet.empty(doc.length).desc }];
      } else if (effect.is(placesKnown)) {
        const { generation, places } = effect.value;
        const version = sent.find((candidate) => candidate.generation === generation);
        if (version) current = { ...version, places };
        sent = sent.filter((candidate) => candidate.generation > generation);
      }
    }
    return sent === value.sent && current === value.current ? value : { sent, current };
  },
});

/** The range of an instruction in the text as it stands; `exact` says that it is the instruction's own, not only its line. */
export interface InstructionRange {
  readonly from: number;
  readonly to: number;
  readonly exact: boolean;
}

export function rangeOfOffset(state: EditorState, offset: number): InstructionRange | null {
  const { current } = state.field(placesField);
  if (!current) return null;
  const row = rowOfOffset(current.places, offset);
  if (row < 0) return null;
  const number = current.places.lines[row]!;
  const column = current.places.columns[row]!;
  if (number > current.doc.lines) return null;
  const line = current.doc.line(number);
  const start = column > 0 ? Math.min(line.from + column - 1, line.to) : line.from + indent(line.text);
  const end = column > 0 ? line.from + instructionEnd(line.text, column - 1, nextColumn(current.places, row)) : line.to;
  const from = current.since.mapPos(start, 1);
  const to = Math.max(from, current.since.mapPos(end, -1));
  return { from, to, exact: column > 0 && to > from };
}

/** The lowest instruction on a line of the text as it stands, or on the next line that has one. */
export function instructionAtLine(state: EditorState, line: number): { offset: number; function: number; line: number } | null {
  const { current } = state.field(placesField);
  if (!current) return null;
  const { places, doc, since } = current;
  const { lines, rows } = linesOf(places);
  const position = (index: number): number => {
    const text = doc.line(Math.min(lines[index]!, doc.lines));
    return since.mapPos(text.from + indent(text.text), 1);
  };
  // Edits keep the order of lines, so the first one that is far enough can be searched by halves.
  const wanted = state.doc.line(line).from;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (position(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low === lines.length) return null;
  const row = rows[low]!;
  return { offset: places.offsets[row]!, function: places.functions[row]!, line: state.doc.lineAt(position(low)).number };
}

/** The lines that have an instruction, in order, with the row of the first one executed there. */
interface Lines {
  readonly lines: Uint32Array;
  readonly rows: Uint32Array;
}

/** Worked out once for each compiled program. */
const known = new WeakMap<Places, Lines>();

function linesOf(places: Places): Lines {
  let result = known.get(places);
  if (!result) {
    const first = new Map<number, number>();
    // Rows are sorted by offset, so the first one seen is the first executed on its line.
    places.lines.forEach((line, row) => {
      if (!first.has(line)) first.set(line, row);
    });
    const lines = Uint32Array.from(first.keys()).sort();
    result = { lines, rows: lines.map((line) => first.get(line)!) };
    known.set(places, result);
  }
  return result;
}

/** The row of an offset, or of the last instruction before it; -1 before the first. */
function rowOfOffset(places: Places, offset: number): number {
  let low = 0;
  let high = places.offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places.offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The least column on the same line that lies after the row's own. */
function nextColumn(places: Places, row: number): number {
  const line = places.lines[row]!;
  const column = places.columns[row]!;
  let next = Infinity;
  // Neighbours in the text are neighbours by offset too, give or take a folded expression.
  for (let other = Math.max(0, row - 64); other < Math.min(places.lines.length, row + 64); other += 1) {
    const candidate = places.columns[other]!;
    if (places.lines[other] === line && candidate > column && candidate < next) next = candidate;
  }
  return next;
}

/** Where an instruction ends in its line: before the next one, a parenthesis or a comment. */
function instructionEnd(text: string, start: number, next: number): number {
  const opened = text[start] === "(" ? start + 1 : start;
  const rest = text.slice(opened, Number.isFinite(next) && next - 1 > opened ? next - 1 : undefined);
  const match = /^(?:"(?:[^"\\]|\\.)*"|[^()";]|;(?!;))*/.exec(rest);
  return opened + (match?.[0] ?? rest).trimEnd().length;
}

function indent(text: string): number {
  return text.length - text.trimStart().length;
}
