/**
 * Brings programs into the machine: typed text, examples, files.
 * Whatever cannot be compiled leaves the program before it as it is.
 */
import type { CodeEditor } from "./editor/editor.ts";
import { placeText, withoutPlace, type Status } from "./editor/status.ts";
import { EXAMPLES, exampleOf } from "./examples/examples.ts";
import { fromBase64, readFile, sourceOf, toBase64 } from "./files.ts";
import type { Problem, Program, Request, Source } from "./protocol.ts";
import type { Store } from "./store.ts";
import type { CallTexts } from "./toolbar/call-form.ts";
import type { Notice } from "./toolbar/notice.ts";

/** What is to happen once a program is compiled. */
export interface Wish {
  /** The call to start; null keeps the one that is chosen, as far as the program has it. */
  readonly call: CallTexts | null;
  readonly steps: number;
  readonly breakpoints: readonly number[] | null;
}

interface Pending {
  readonly source: Source;
  readonly wish: Wish;
  readonly fileName: string | null;
  /** Whether the source stands in the editor already. */
  readonly inEditor: boolean;
}

const KEEP: Wish = { call: null, steps: 0, breakpoints: null };
/** Most characters or bytes that are kept over a reload: a browser gives a site some five million characters in all. */
const MOST_REMEMBERED = 1_500_000;
/** How long the text must have been left alone before it is compiled. */
const TYPING_PAUSE = 250;

export class Loader {
  #generation = 0;
  #pending = new Map<number, Pending>();
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** The source that is the program now, and what became of it. */
  #current: Pending | null = null;
  #program: Program | null = null;
  /** The source that was sent last, compiled or not. */
  #last: Pending | null = null;

  constructor(
    private readonly parts: {
      readonly editor: CodeEditor;
      readonly status: Status;
      readonly notice: Notice;
      readonly store: Store;
      readonly send: (request: Request) => void;
      /** A program has been compiled; `wish` is null where it is the very one that runs already. */
      readonly adopted: (program: Program, wish: Wish | null) => void;
      readonly named: (example: string | null, name: string) => void;
    },
  ) {}

  get hasProgram(): boolean {
    return this.#current !== null;
  }

  loadExample(id: string): void {
    const example = exampleOf(id);
    if (!example) return;
    this.loadText(example.text, { call: example.call, steps: example.steps, breakpoints: [] }, null);
  }

  /** Puts a text into the editor and compiles it. */
  loadText(text: string, wish: Wish, fileName: string | null): void {
    const { editor, notice } = this.parts;
    notice.clear();
    editor.setText(text);
    editor.breakpointLines = wish.breakpoints ?? [];
    this.#remember(fileName);
    this.#compile({ source: { kind: "text", text }, wish, fileName, inEditor: true });
  }

  loadBytes(name: string, bytes: Uint8Array<ArrayBuffer>, wish: Wish = { ...KEEP, breakpoints: [] }): void {
    this.#compile({ source: sourceOf(name, bytes), wish, fileName: name, inEditor: false });
  }

  async openFile(file: File): Promise<void> {
    const { notice, status } = this.parts;
    status.say(`Opening ${file.name}…`);
    const opened = await readFile(file);
    if ("problem" in opened) {
      notice.show("error", opened.problem + this.#standing());
      this.#restoreStatus();
    } else if (opened.source.kind !== "text") {
      this.loadBytes(file.name, opened.source.bytes);
    } else {
      // Compiled before it is shown, so that a broken text does not push out a program that works.
      this.#compile({ source: opened.source, wish: { ...KEEP, breakpoints: [] }, fileName: file.name, inEditor: false });
    }
  }

  /** The user typed: the text is the user's own from now on. */
  edited(): void {
    const fileName = this.#current && this.#current.source.kind !== "text" ? null : (this.parts.store.saved.source?.fileName ?? null);
    const large = this.parts.editor.length > MOST_REMEMBERED;
    if (!large) this.#remember(fileName);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      if (large) this.#remember(fileName);
      this.#compile({ source: { kind: "text", text: this.parts.editor.text }, wish: KEEP, fileName, inEditor: true });
    }, TYPING_PAUSE);
  }

  /** Brings back what was there before the reload; false if there was nothing. */
  restore(): boolean {
    const { source, call, breakpoints, example } = this.parts.store.saved;
    if (source?.text != null) {
      const original = exampleOf(example);
      const untouched = original?.text === source.text && JSON.stringify(original.call) === JSON.stringify(call);
      this.loadText(source.text, { call, steps: untouched ? original.steps : 0, breakpoints }, source.fileName);
      return true;
    }
    const bytes = source?.bytes == null ? null : fromBase64(source.bytes);
    if (bytes === null) return false;
    this.loadBytes(source?.fileName ?? "module.wasm", bytes, { call, steps: 0, breakpoints });
    return true;
  }

  /** Compiles once more what is there, in a worker that knows nothing yet. */
  reload(): void {
    this.#pending.clear();
    if (this.#current) this.#compile({ ...this.#current, wish: KEEP });
    else if (this.#last) this.#compile(this.#last);
  }

  loaded(generation: number, program: Program, kept: boolean): void {
    const { editor, notice, status, adopted } = this.parts;
    const pending = this.#pending.get(generation);
    if (!pending) return;
    this.#forgetUpTo(generation);
    this.#current = pending;
    const { source, wish } = pending;
    if (!pending.inEditor) {
      notice.clear();
      editor.setText(source.kind === "text" ? source.text : (program.printed ?? ""));
      editor.sent(generation);
      this.#remember(pending.fileName);
    }
    editor.compiled(generation, program.places);
    if (!pending.inEditor) editor.breakpointLines = wish.breakpoints ?? [];
    this.#current = { ...pending, inEditor: true };
    this.#program = program;
    status.valid(program, pending.fileName);
    adopted(program, kept ? null : wish);
  }

  rejected(generation: number, problem: Problem): void {
    const { editor, notice, status } = this.parts;
    const pending = this.#pending.get(generation);
    if (!pending) return;
    const newest = generation === this.#generation;
    this.#forgetUpTo(generation);
    if (!newest) return;
    if (pending.inEditor) {
      editor.showProblem(problem);
      status.invalid(problem, this.#current !== null);
      return;
    }
    const place = placeText(problem);
    const words = `${pending.fileName ?? "The file"} is not a valid module. ${place === null ? "" : `${place}: `}${withoutPlace(problem.message)}${this.#standing()}`;
    const { source, wish, fileName } = pending;
    notice.show(
      "error",
      words,
      source.kind === "text" ? { label: "Show its text", act: () => this.loadText(source.text, wish, fileName) } : undefined,
    );
    this.#restoreStatus();
  }

  #compile(pending: Pending): void {
    clearTimeout(this.#typing);
    this.#generation += 1;
    this.#pending.set(this.#generation, pending);
    this.#last = pending;
    if (pending.inEditor) this.parts.editor.sent(this.#generation);
    this.parts.send({ type: "load", generation: this.#generation, source: pending.source });
  }

  #forgetUpTo(generation: number): void {
    for (const known of this.#pending.keys()) if (known <= generation) this.#pending.delete(known);
  }

  #standing(): string {
    return this.#current ? " The program before is still there." : "";
  }

  #restoreStatus(): void {
    const { status } = this.parts;
    if (this.#program) status.valid(this.#program, this.#current?.fileName ?? null);
    else status.say("");
  }

  /** Notes what stands in the editor, so that a reload finds it. */
  #remember(fileName: string | null): void {
    const { editor, store, named } = this.parts;
    const source = this.#current?.source;
    const printed = !this.#current?.inEditor && source && source.kind !== "text" ? source.bytes : null;
    const length = printed ? printed.length : editor.length;
    const text = !printed && length <= MOST_REMEMBERED ? editor.text : null;
    const bytes = printed && length <= MOST_REMEMBERED ? toBase64(printed) : null;
    store.set("source", { text, bytes, fileName: fileName ?? (length > MOST_REMEMBERED ? "The text" : null) });
    const example = fileName === null ? (EXAMPLES.find((candidate) => candidate.text === text)?.id ?? null) : null;
    store.set("example", example);
    named(example, fileName ?? "Your text");
  }
}
