/** The machine as the page drives it: one program, one instance of it, one call. */
import { Interpreter } from "flight-wasm";
import type { Branch, Module, Stop, TypedValue } from "flight-wasm";
import type { BackKind, BreakpointPlace, Call, Change, OutputLine, StepKind, StubValue } from "../protocol.ts";
import { reverseRunTask, type BackTask } from "./back.ts";
import type { Distance, PauseRecord } from "./changes.ts";
import { Course } from "./course.ts";
import { Slices } from "./slices.ts";
import { takeSnapshot, type Pause, type Watch } from "./snapshot.ts";
import { makeImports, StubValues } from "./stubs.ts";
import { outTask, overTask, runTask, type Task } from "./tasks.ts";

/** Between two reports to the page, at most this many lines of output are kept; a loop that logs makes millions. */
const MOST_LINES = 1_000;

export class Machine {
  watch: Watch = { memory: 0, address: 0, length: 512, tableEntries: 64 };

  #module: Module | null = null;
  #interpreter: Interpreter | null = null;
  /** The call to make once the start function has returned. */
  #call: Call | null = null;
  #course = new Course();
  #branch: Branch | null = null;
  #searching: BackTask | null = null;
  #breakpoints: readonly BreakpointPlace[] = [];
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

  /** How far a run has come, or a search back. */
  get reached(): bigint {
    return this.#searching?.reached() ?? this.#interpreter?.time ?? 0n;
  }

  get #inStartFunction(): boolean {
    return this.#interpreter !== null && this.#course.at(this.#interpreter.moment).inStartFunction;
  }

  /** Whether a module is the very one that is loaded: a comment or a space more does not disturb a run. */
  isCurrent(module: Module): boolean {
    return this.#interpreter !== null && this.#module !== null && equal(this.#module.bytes, module.bytes);
  }

  /** Takes the module in place of the one before, whose instance goes; with a recorded run the machine stands at its end. */
  adopt(module: Module, recorded: Interpreter | null = null): void {
    this.#drop();
    this.#module?.free();
    this.#module = module;
    this.#interpreter = recorded;
    if (recorded?.history) {
      this.#applyBreakpoints();
      this.#tellRecord(recorded);
      recorded.seek(recorded.history.end);
    }
  }

  /** Says what the recorded run has said: the calls of its imported functions. */
  #tellRecord(recorded: Interpreter): void {
    const { begin } = recorded.history!;
    let actions = begin.actions;
    for (const entry of recorded.journalFrom(0, MOST_LINES)) {
      actions += 1;
      if (entry.action !== "Answer" && entry.action !== "Fail" && entry.action !== "Throw") continue;
      const given = entry.arguments.map((argument) => resultOf(argument)).join(", ");
      this.#output.push({ kind: "call", moment: { time: entry.time, actions, trapped: false }, text: `${entry.name ?? "an import"}(${given})` });
    }
  }

  /** The recorded run as a file. */
  recording(): Uint8Array<ArrayBuffer> | null {
    const interpreter = this.#interpreter;
    return interpreter?.history ? new Uint8Array(interpreter.recording()) : null;
  }

  setBreakpoints(at: readonly BreakpointPlace[]): void {
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
    if (anew && this.#interpreter?.state === "Paused") this.#course.begin(this.#interpreter.moment, call, true);
    else this.#begin();
    for (let i = 0; i < steps && this.#interpreter?.state === "Paused"; i += 1) {
      // The last of the steps is told apart, so that the first picture shows what it did.
      if (i === steps - 1) this.#before = this.#snapshot(null, "far").record;
      this.#interpreter.step();
    }
    return null;
  }

  /** Takes one step; a step over or out may last, and is then interrupted by `pause`. */
  async step(kind: StepKind, progress: () => void): Promise<Stop | null> {
    const interpreter = this.#readyToGoOn();
    if (!interpreter) return null;
    if (kind === "into") return this.#settle(interpreter.step());
    return this.#advance(kind === "over" ? overTask(interpreter) : outTask(interpreter), progress);
  }

  async run(progress: () => void): Promise<Stop | null> {
    const interpreter = this.#readyToGoOn();
    if (!interpreter) return null;
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

  /** Goes back in one of the ways that there are. */
  async back(kind: BackKind, progress: () => void): Promise<Stop | null> {
    const interpreter = this.#interpreter;
    if (!interpreter) return null;
    switch (kind) {
      case "into":
        return interpreter.stepBack();
      case "over":
        return interpreter.stepBackOver();
      case "out":
        return interpreter.stepBackOut();
      case "run":
        return this.#reverseRun(interpreter, progress);
    }
  }

  /** Goes to a time of the record, or to one of its ends. */
  seek(to: bigint | "begin" | "end"): Stop | null {
    const interpreter = this.#interpreter;
    const history = interpreter?.history;
    if (!interpreter || !history) return null;
    if (to === "end") return interpreter.seek(history.end);
    const { begin, end } = history;
    const time = to === "begin" || to < begin.time ? begin.time : to > end.time ? end.time : to;
    return interpreter.seek(time);
  }

  /** Gives up the recorded future. */
  live(): null {
    this.#take(this.#interpreter?.branch() ?? null);
    return null;
  }

  /** Changes a value by hand; in the past that gives up the recorded future. */
  change(change: Change): null {
    const interpreter = this.#interpreter;
    if (!interpreter) return null;
    if (change.kind === "local") interpreter.setLocal(change.frame, change.index, change.value);
    else if (change.kind === "operand") interpreter.setOperand(change.frame, change.index, change.value);
    else interpreter.setGlobal(change.index, change.value);
    this.#take(interpreter.takeBranch());
    return null;
  }

  async #reverseRun(interpreter: Interpreter, progress: () => void): Promise<Stop | null> {
    // Without breakpoints there is nothing to search for.
    if (this.#breakpoints.length === 0) {
      this.seek("begin");
      return { reason: "Beginning" };
    }
    const start = interpreter.moment;
    this.#searching = reverseRunTask(interpreter, () => this.#breakpointHere());
    this.#running = true;
    try {
      const stop = await this.#slices.run(this.#searching.task, progress);
      // Stopped before anything was found: as if it had not been tried.
      if (!stop) interpreter.seek(start);
      return stop;
    } finally {
      this.#running = false;
      this.#searching = null;
    }
  }

  /** The interpreter, if it can go forward. In the past, where a call has ended, the record goes on with another one. */
  #readyToGoOn(): Interpreter | null {
    const interpreter = this.#interpreter;
    if (!interpreter) return null;
    if (interpreter.state !== "Paused" && interpreter.inPast) interpreter.seek(interpreter.time);
    return interpreter.state === "Paused" ? interpreter : null;
  }

  #take(branch: Branch | null): void {
    if (!branch) return;
    this.#branch = branch;
    this.#course.drop(branch.at);
  }

  /** The picture of this pause; the next one is compared with it. */
  report(stop: Stop | null, distance: Distance): { pause: Pause; branch: Branch | null; output: OutputLine[] } | null {
    if (!this.#interpreter) return null;
    const pause = this.#snapshot(stop, this.#distance(distance));
    this.#before = pause.record;
    const branch = this.#branch;
    this.#branch = null;
    return { pause, branch, output: this.takeOutput() };
  }

  /** What lies between the last pause and the present moment, whatever was asked for. */
  #distance(asked: Distance): Distance {
    const before = this.#before?.moment.time;
    if (before === undefined) return asked;
    const between = this.#interpreter!.time - before;
    return between === 0n ? "far" : between === 1n ? "step" : between === -1n ? "step back" : asked;
  }

  /** The lines that have come since they were last taken. */
  takeOutput(): OutputLine[] {
    const lines = this.#output;
    if (this.#dropped > 0) {
      const moment = lines[0]?.moment ?? { time: 0n, actions: 0, trapped: false };
      lines.unshift({ kind: "note", moment, text: `${this.#dropped} earlier lines left out` });
    }
    this.#output = [];
    this.#dropped = 0;
    return lines;
  }

  #snapshot(stop: Stop | null, distance: Distance): Pause {
    return takeSnapshot(this.#interpreter!, {
      stop,
      course: this.#course,
      watch: this.watch,
      before: this.#before,
      // A trap leaves everything as it was: nothing was taken, nothing given.
      distance: this.#interpreter!.state === "Trapped" ? "far" : distance,
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
    const { moment, state } = interpreter;
    if (stop.reason === "Breakpoint") this.#course.mark("breakpoint", moment);
    if (state !== "Finished" && state !== "Trapped") return stop;
    // In the past all this has been said.
    const isNew = this.#course.end(moment);
    const { call, inStartFunction } = this.#course.at(moment);
    if (state === "Trapped") {
      if (!isNew) return stop;
      this.#course.mark("trap", moment);
      this.#log("trap", `Trap: ${interpreter.trap?.message ?? ""}`);
    } else if (inStartFunction) {
      if (isNew) this.#log("note", "The start function has returned.");
      this.#call = call;
      this.#begin();
      return { reason: "Step" };
    } else if (isNew) {
      this.#log("result", `${callText(call)}${resultText(interpreter)}`);
    }
    return stop;
  }

  #begin(): void {
    const interpreter = this.#interpreter;
    if (!interpreter || !this.#call) return;
    interpreter.start(this.#call.name, ...this.#call.args);
    this.#take(interpreter.takeBranch());
    this.#course.begin(interpreter.moment, this.#call, false);
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
    const moment = this.#interpreter?.moment ?? { time: 0n, actions: 0, trapped: false };
    if (kind === "call") this.#course.mark("call", moment);
    this.#output.push(hint === undefined ? { kind, moment, text } : { kind, moment, text, hint });
    if (this.#output.length > MOST_LINES) {
      this.#dropped += this.#output.length - MOST_LINES / 2;
      this.#output.splice(0, this.#output.length - MOST_LINES / 2);
    }
  }

  #drop(): void {
    this.#interpreter?.free();
    this.#interpreter = null;
    this.#before = null;
    this.#course = new Course();
    this.#branch = null;
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
  return ` = ${results.map(resultOf).join(", ")}`;
}

function resultOf({ type, value }: TypedValue): string {
  return typeof value === "object" ? type : String(value);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
