/** Breakpoints in the gutter. They belong to lines and move with them; the program knows them by offset. */
import { RangeSet, StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import { EditorView, gutter, GutterMarker, keymap, type BlockInfo } from "@codemirror/view";
import { arrowMarkers } from "./execution.ts";
import { instructionAtLine } from "./places.ts";

const setBreakpoint = StateEffect.define<{ readonly at: number; readonly on: boolean }>({
  map: ({ at, on }, changes) => ({ at: changes.mapPos(at), on }),
});
const clearBreakpoints = StateEffect.define<null>();

class Dot extends GutterMarker {
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "mark-breakpoint";
    element.title = "Breakpoint (click to remove)";
    return element;
  }
}
/** Keeps the gutter as wide as its marks while it has none. */
class Spacer extends GutterMarker {
  override toDOM(): HTMLElement {
    return document.createElement("span");
  }
}
const dot = new Dot();

const breakpointField = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(clearBreakpoints)) {
        next = RangeSet.empty;
      } else if (effect.is(setBreakpoint)) {
        const { at, on } = effect.value;
        next = next.update(on ? { add: [dot.range(at)] } : { filter: (from) => from !== at });
      }
    }
    return next;
  },
});

/** The lines with a breakpoint, from 1, in order. */
export function breakpointLines(state: EditorState): number[] {
  const lines = new Set<number>();
  for (const cursor = state.field(breakpointField).iter(); cursor.value; cursor.next()) {
    lines.add(state.doc.lineAt(cursor.from).number);
  }
  return [...lines].sort((a, b) => a - b);
}

export function setBreakpointLines(view: EditorView, lines: readonly number[]): void {
  const { doc } = view.state;
  const positions = lines.filter((line) => line >= 1 && line <= doc.lines).map((line) => doc.line(line).from);
  view.dispatch({
    effects: [clearBreakpoints.of(null), ...positions.map((at) => setBreakpoint.of({ at, on: true }))],
  });
}

/** Sets or takes away the breakpoint of a line; one that has no instruction gives it to the next that has. */
export function toggleBreakpoint(view: EditorView, line: number): { line: number; on: boolean } | null {
  const { state } = view;
  const standing = breakpointLines(state).includes(line);
  const target = standing ? line : (instructionAtLine(state, line)?.line ?? null);
  if (target === null) return null;
  const on = !breakpointLines(state).includes(target);
  view.dispatch({ effects: setBreakpoint.of({ at: state.doc.line(target).from, on }) });
  return { line: target, on };
}

export function breakpoints(changed: (about: { line: number; on: boolean } | null) => void): Extension {
  const toggle = (view: EditorView, block: BlockInfo): boolean => {
    changed(toggleBreakpoint(view, view.state.doc.lineAt(block.from).number));
    return true;
  };
  return [
    breakpointField,
    gutter({
      class: "gutter-marks",
      markers: (view) => [view.state.field(breakpointField), arrowMarkers(view)],
      // Every line can be clicked, and hints so on hover.
      renderEmptyElements: true,
      lineMarkerChange: (update) => update.transactions.length > 0,
      initialSpacer: () => new Spacer(),
      domEventHandlers: {
        mousedown: (view, block, event) => (event as MouseEvent).button === 0 && toggle(view, block),
      },
    }),
    keymap.of([
      {
        key: "F9",
        run: (view) => {
          changed(toggleBreakpoint(view, view.state.doc.lineAt(view.state.selection.main.head).number));
          return true;
        },
      },
    ]),
  ];
}
