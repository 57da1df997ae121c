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
  update(known, transaction) {
    let { sent, current } = known;
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
    return sent === known.sent && current === known.current ? known : { sent, current };
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
  const wanted = state.doc.line(line).from;
  let best: { offset: number; function: number; line: number } | null = null;
  for (const [number, row] of firstRows(current.places)) {
    if (number > current.doc.lines) continue;
    const text = current.doc.line(number);
    const position = current.since.mapPos(text.from + indent(text.text), 1);
    if (position < wanted) continue;
    const here = state.doc.lineAt(position).number;
    if (best === null || here < best.line) {
      best = { offset: current.places.offsets[row]!, function: current.places.functions[row]!, line: here };
    }
  }
  return best;
}

/** The first row at each line. Worked out once for each compiled program. */
const rowsOfLines = new WeakMap<Places, Map<number, number>>();

function firstRows(places: Places): Map<number, number> {
  let rows = rowsOfLines.get(places);
  if (!rows) {
    rows = new Map();
    // Rows are sorted by offset, so the first one seen is the first executed on its line.
    for (let row = 0; row < places.lines.length; row += 1) {
      const line = places.lines[row]!;
      if (!rows.has(line)) rows.set(line, row);
    }
    rowsOfLines.set(places, rows);
  }
  return rows;
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
