/** The machine as the page drives it: one program, one instance of it, one call. */
import { Interpreter, Module } from "flight-wasm";
import type { Breakpoint, Stop } from "flight-wasm";
import type { Call, OutputLine, Program, Source, StepKind, StubValue } from "../protocol.ts";
import type { PauseRecord } from "./changes.ts";
import { placesInPrint, placesInText } from "./places.ts";
import { Slices } from "./slices.ts";
import { takeSnapshot, type Pause, type Watch } from "./snapshot.ts";
import { makeImports, StubValues } from "./stubs.ts";
import { outTask, overTask, runTask, type Task } from "./tasks.ts";

/** Between two reports to the page, at most this many lines of output are kept; a loop that logs makes millions. */
const MOST_LINES = 1_000;

export interface Compiled {
  readonly module: Module;
  readonly program: Program;
}

export class Machine {
  watch: Watch = { memory: 0, address: 0, length: 512, tableEntries: 64 };

  #module: Module | null = null;
  #interpreter: Interpreter | null = null;
  #call: Call | null = null;
  #inStartFunction = false;
  #breakpoints: readonly Breakpoint[] = [];
  #before: PauseRecord | null = null;
  #running = false;
  #output: OutputLine[] = [];
  #dropped = 0;
  readonly #slices = new Slices();
  readonly #stubs = new StubValues();

  get interpreter(): Interpreter | null {
    return this.#interpreter;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Compiles; the machine stays as it is. Throws if the source is no valid module. */
  async compile(source: Source): Promise<Compiled> {
    const module = source.kind === "text" ? await Module.fromWat(source.text) : await Module.fromBytes(source.bytes);
    const print = source.kind === "bytes" ? module.toWat() : null;
    const program: Program = {
      name: module.name,
      size: module.bytes.length,
      exports: module.exports,
      imports: module.imports,
      functions: module.functions,
      hasStart: module.hasStart,
      printed: print?.text ?? null,
      places: print ? placesInPrint(module, print.offsets) : placesInText(module),
    };
    return { module, program };
  }

  /** Whether a module is the very one that is loaded: a comment or a space more does not disturb a run. */
  isCurrent(module: Module): boolean {
    return this.#interpreter !== null && this.#module !== null && equal(this.#module.bytes, module.bytes);
  }

  /** Takes the module in place of the one before, whose instance goes. */
  adopt(module: Module): void {
    this.#drop();
    this.#module?.free();
    this.#module = module;
  }

  setBreakpoints(at: readonly Breakpoint[]): void {
    this.#breakpoints = at;
    this.#applyBreakpoints();
  }

  setStubs(values: readonly StubValue[]): void {
    this.#stubs.replace(values);
  }

  /** Starts a call. Throws, and leaves no instance, if the module cannot be instantiated. */
  start(call: Call | null, fresh: boolean, steps: number): null {
    if (!this.#module) return null;
    const anew = fresh || !this.#interpreter;
    if (anew) {
      this.#drop();
      const imports = makeImports(this.#module, this.#stubs, (text, hint) => this.#log("call", text, hint));
      this.#interpreter = new Interpreter(this.#module, imports, { pauseAtStart: true });
      this.#applyBreakpoints();
    }
    this.#call = call;
    this.#before = null;
    this.#inStartFunction = anew && this.#interpreter?.state === "Paused";
    if (!this.#inStartFunction) this.#begin();
    for (let i = 0; i < steps && this.#interpreter?.state === "Paused"; i += 1) {
      // The last of the steps is told apart, so that the first picture shows what it did.
      if (i === steps - 1) this.#before = this.#snapshot(null, false).record;
      this.#interpreter.step();
    }
    return null;
  }

  /** Takes one step; a step over or out may last, and is then interrupted by `pause`. */
  async step(kind: StepKind, progress: () => void): Promise<Stop | null> {
    const interpreter = this.#interpreter;
    if (!interpreter || interpreter.state !== "Paused") return null;
    if (kind === "into") return this.#settle(interpreter.step());
    return this.#advance(kind === "over" ? overTask(interpreter) : outTask(interpreter), progress);
  }

  async run(progress: () => void): Promise<Stop | null> {
    const interpreter = this.#interpreter;
    if (!interpreter || interpreter.state !== "Paused") return null;
    const inStartFunction = this.#inStartFunction;
    const stop = await this.#advance(runTask(interpreter), progress);
    // The start function has handed over to the call: the run goes on, unless it is to stop at the very beginning.
    const handedOver = stop !== null && inStartFunction && !this.#inStartFunction && interpreter.state === "Paused";
    if (!handedOver) return stop;
    return this.#breakpointHere() ?? this.#advance(runTask(interpreter), progress);
  }

  pause(): void {
    this.#slices.stop();
  }

  /** The picture of this pause; the next one is compared with it. */
  report(stop: Stop | null, single: boolean): { pause: Pause; output: OutputLine[] } | null {
    if (!this.#interpreter) return null;
    const pause = this.#snapshot(stop, single);
    this.#before = pause.record;
    return { pause, output: this.takeOutput() };
  }

  /** The lines that have come since they were last taken. */
  takeOutput(): OutputLine[] {
    const lines = this.#output;
    if (this.#dropped > 0) {
      lines.unshift({ kind: "note", time: lines[0]?.time ?? 0n, text: `${this.#dropped} earlier lines left out` });
    }
    this.#output = [];
    this.#dropped = 0;
    return lines;
  }

  #snapshot(stop: Stop | null, single: boolean): Pause {
    return takeSnapshot(this.#interpreter!, {
      stop,
      call: this.#call,
      inStartFunction: this.#inStartFunction,
      watch: this.watch,
      before: this.#before,
      // A trap leaves everything as it was: nothing was taken, nothing given.
      single: single && this.#interpreter!.state !== "Trapped",
    });
  }

  async #advance(task: Task, progress: () => void): Promise<Stop | null> {
    this.#running = true;
    try {
      const stop = await this.#slices.run(task, progress);
      return stop && this.#settle(stop);
    } finally {
      this.#running = false;
    }
  }

  /** After each stop: the start function hands over to the call; an end is noted in the output. */
  #settle(stop: Stop): Stop {
    const interpreter = this.#interpreter!;
    if (interpreter.state === "Finished") {
      if (this.#inStartFunction) {
        this.#inStartFunction = false;
        this.#log("note", "The start function has returned.");
        this.#begin();
        return { reason: "Step" };
      }
      this.#log("result", `${callText(this.#call)}${resultText(interpreter)}`);
    } else if (interpreter.state === "Trapped" && interpreter.trap) {
      this.#log("trap", `Trap: ${interpreter.trap.message}`);
    }
    return stop;
  }

  #begin(): void {
    if (this.#call) this.#interpreter?.start(this.#call.name, ...this.#call.args);
  }

  /** The stop at the instruction that is next, if it has a breakpoint. */
  #breakpointHere(): Stop | null {
    const offset = this.#interpreter?.framesFrom(0, 1)[0]?.offset;
    const at = this.#breakpoints.find((breakpoint) => breakpoint.offset === offset);
    return at ? { reason: "Breakpoint", function: at.function, offset: at.offset } : null;
  }

  #applyBreakpoints(): void {
    const breakpoints = this.#interpreter?.breakpoints;
    if (!breakpoints) return;
    breakpoints.clear();
    for (const at of this.#breakpoints) breakpoints.add(at);
  }

  #log(kind: OutputLine["kind"], text: string, hint?: string): void {
    const time = this.#interpreter?.time ?? 0n;
    this.#output.push(hint === undefined ? { kind, time, text } : { kind, time, text, hint });
    if (this.#output.length > MOST_LINES) {
      this.#dropped += this.#output.length - MOST_LINES / 2;
      this.#output.splice(0, this.#output.length - MOST_LINES / 2);
    }
  }

  #drop(): void {
    this.#interpreter?.free();
    this.#interpreter = null;
    this.#before = null;
    this.#output = [];
    this.#dropped = 0;
  }
}

function callText(call: Call | null): string {
  return call ? `${call.name}(${call.args.map(String).join(", ")})` : "";
}

function resultText(interpreter: Interpreter): string {
  const results = interpreter.results ?? [];
  if (results.length === 0) return " returned";
  return ` = ${results.map((result) => (typeof result.value === "object" ? result.type : String(result.value))).join(", ")}`;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
