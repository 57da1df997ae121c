/** Marks in the text what is executed: the current instruction, the call of the frame that is looked at, a trap. */
import { RangeSet, StateEffect, StateField, type EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, WidgetType, type DecorationSet } from "@codemirror/view";
import { rangeOfOffset } from "./places.ts";

export interface Execution {
  /** The next instruction, or the one that trapped. */
  readonly offset: number | null;
  /** The words of the trap at that place. */
  readonly trap: string | null;
  /** The call instruction of an outer frame that is looked at. */
  readonly caller: number | null;
}

export const showExecution = StateEffect.define<Execution>();

class Arrow extends GutterMarker {
  constructor(readonly kind: "now" | "caller" | "trap") {
    super();
  }
  override eq(other: Arrow): boolean {
    return other.kind === this.kind;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = `mark-${this.kind}`;
    element.title = { now: "Next instruction", caller: "Called from here", trap: "Trapped here" }[this.kind];
    return element;
  }
}

class TrapWords extends WidgetType {
  constructor(readonly words: string) {
    super();
  }
  override eq(other: TrapWords): boolean {
    return other.words === this.words;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "trap-words";
    element.textContent = this.words;
    return element;
  }
}

interface Marks {
  readonly execution: Execution;
  readonly decorations: DecorationSet;
  readonly arrows: RangeSet<GutterMarker>;
}

const NOTHING: Execution = { offset: null, trap: null, caller: null };

function marksFor(state: EditorState, execution: Execution): Marks {
  const decorations: Range<Decoration>[] = [];
  const arrows: Range<GutterMarker>[] = [];
  const mark = (offset: number | null, kind: "now" | "caller" | "trap", words: string | null): void => {
    const range = offset === null ? null : rangeOfOffset(state, offset);
    if (!range) return;
    const line = state.doc.lineAt(range.from);
    decorations.push(Decoration.line({ class: `line-${kind}` }).range(line.from));
    if (range.exact) decorations.push(Decoration.mark({ class: `token-${kind}` }).range(range.from, range.to));
    if (words !== null) decorations.push(Decoration.widget({ widget: new TrapWords(words), side: 1 }).range(line.to));
    arrows.push(new Arrow(kind).range(line.from));
  };
  mark(execution.offset, execution.trap === null ? "now" : "trap", execution.trap);
  mark(execution.caller, "caller", null);
  return { execution, decorations: Decoration.set(decorations, true), arrows: RangeSet.of(arrows, true) };
}

const marksField = StateField.define<Marks>({
  create: (state) => marksFor(state, NOTHING),
  update(marks, transaction) {
    const shown = transaction.effects.find((effect) => effect.is(showExecution));
    if (shown) return marksFor(transaction.state, shown.value);
    // The places follow an edit by themselves; the marks are only set anew.
    return transaction.docChanged || transaction.effects.length > 0 ? marksFor(transaction.state, marks.execution) : marks;
  },
  provide: (field) => EditorView.decorations.from(field, (marks) => marks.decorations),
});

export function arrowMarkers(view: EditorView): RangeSet<GutterMarker> {
  return view.state.field(marksField).arrows;
}

export const executionMarks: Extension = marksField;
