/** The code: a text editor in which execution can be followed. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import type { BreakpointPlace, Places, Problem } from "../protocol.ts";
import { breakpointLines, breakpoints, setBreakpointLines, toggleBreakpoint } from "./breakpoints.ts";
import { executionMarks, showExecution, type Execution } from "./execution.ts";
import { watLanguage } from "./language.ts";
import { withoutPlace } from "./status.ts";
import { instructionAtLine, markSent, placesField, placesKnown, rangeOfOffset } from "./places.ts";

export interface EditorEvents {
  /** The user changed the text. */
  edited(): void;
  breakpointsChanged(about: { line: number; on: boolean } | null): void;
}

export class CodeEditor {
  readonly view: EditorView;
  #execution: Execution = { offset: null, trap: null, caller: null };
  #settingText = false;

  constructor(parent: HTMLElement, private readonly events: EditorEvents) {
    this.view = new EditorView({ parent, state: this.#state("") });
  }

  get length(): number {
    return this.view.state.doc.length;
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Puts another text in place of the one that is there, without a way back to it. */
  setText(text: string): void {
    this.#execution = { offset: null, trap: null, caller: null };
    this.#settingText = true;
    this.view.setState(this.#state(text));
    this.#settingText = false;
    this.view.scrollDOM.scrollTop = 0;
  }

  /** To be called when the text as it stands is sent to be compiled. */
  sent(generation: number): void {
    this.view.dispatch({ effects: markSent.of(generation) });
  }

  /** The text that was sent under this number is the program now. */
  compiled(generation: number, places: Places): void {
    this.view.dispatch({ effects: placesKnown.of({ generation, places }) });
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  /** Underlines what the compiler complains about. */
  showProblem(problem: Problem): void {
    const { doc } = this.view.state;
    if (problem.line === null || problem.line > doc.lines) return;
    const line = doc.line(Math.max(1, problem.line));
    const from = Math.min(line.from + Math.max(0, (problem.column ?? 1) - 1), line.to);
    const word = /^[^\s()]+/.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
    const to = Math.min(from + word, line.to);
    this.view.dispatch(
      setDiagnostics(this.view.state, [
        { from: to > from ? from : Math.max(line.from, from - 1), to, severity: "error", message: withoutPlace(problem.message) },
      ]),
    );
  }

  showExecution(execution: Execution): void {
    const old = this.#execution;
    if (old.offset === execution.offset && old.trap === execution.trap && old.caller === execution.caller) return;
    this.#execution = execution;
    this.view.dispatch({ effects: showExecution.of(execution) });
    this.reveal(execution.caller ?? execution.offset);
  }

  /** Scrolls as little as is needed to see an instruction with some lines around it. */
  reveal(offset: number | null): void {
    const range = offset === null ? null : rangeOfOffset(this.view.state, offset);
    if (!range) return;
    const margin = Math.min(64, this.view.scrollDOM.clientHeight / 4);
    this.view.dispatch({ effects: EditorView.scrollIntoView(range.from, { y: "nearest", yMargin: margin }) });
  }

  /** The line on which an instruction stands in the text as it is now. */
  lineOf(offset: number): number | null {
    const range = rangeOfOffset(this.view.state, offset);
    return range && this.view.state.doc.lineAt(range.from).number;
  }

  get breakpointLines(): number[] {
    return breakpointLines(this.view.state);
  }

  set breakpointLines(lines: readonly number[]) {
    setBreakpointLines(this.view, lines);
  }

  /** The breakpoints as the program knows them. */
  get breakpoints(): BreakpointPlace[] {
    const { state } = this.view;
    return breakpointLines(state).flatMap((line) => {
      const at = instructionAtLine(state, line);
      return at ? [{ function: at.function, offset: at.offset }] : [];
    });
  }

  /** Sets or takes away the breakpoint on the line of the cursor. */
  toggleBreakpointAtCursor(): void {
    const { state } = this.view;
    this.events.breakpointsChanged(toggleBreakpoint(this.view, state.doc.lineAt(state.selection.main.head).number));
  }

  goTo(line: number, column: number | null): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    const position = Math.min(at.from + Math.max(0, (column ?? 1) - 1), at.to);
    this.view.dispatch({ selection: { anchor: position }, effects: EditorView.scrollIntoView(position, { y: "center" }) });
    this.view.focus();
  }

  #state(doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        placesField,
        executionMarks,
        breakpoints((about) => this.events.breakpointsChanged(about)),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        bracketMatching(),
        search({ top: true }),
        watLanguage(),
        // Tab moves on to the next control, as everywhere on a page.
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "WebAssembly text", spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.#settingText) this.events.edited();
        }),
      ],
    });
  }
}
