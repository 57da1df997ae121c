/** The page's own state: what the worker last said, and what is looked at. Turns commands into requests and events into views. */
import type { CommandName } from "./commands.ts";
import type { Branch } from "flight-wasm";
import type { Base } from "./format.ts";
import type { BackKind, Call, Change, Event, OutputLine, Problem, Program, Request, Snapshot } from "./protocol.ts";
import { hasPast, inPast, type Panel, type Phase, type View } from "./view.ts";

/** A run shorter than this is never shown as running: buttons that change for a blink only flicker. */
const VISIBLE_RUN = 80;

/** The ways back, by their commands. */
const BACK: Partial<Record<CommandName, BackKind>> = { back: "into", backOver: "over", backOut: "out", backRun: "run" };

export interface WorkbenchParts {
  readonly send: (request: Request) => void;
  readonly panels: readonly Panel[];
  readonly lineOf: (offset: number) => number | null;
  /** The call as it stands in the form; null where it is not complete. With `focus` the wrong field is pointed at. */
  readonly readCall: (focus: boolean) => Call | null;
  readonly hasCalls: () => boolean;
  readonly output: { add(lines: readonly OutputLine[]): void; drop(branch: Branch): void; clear(): void };
  /** Told that the recorded future was given up. */
  readonly branched: (branch: Branch) => void;
  /** Told after every redraw. */
  readonly drawn: (view: View) => void;
}

export class Workbench {
  #program: Program | null = null;
  #snapshot: Snapshot | null = null;
  #refused: Problem | null = null;
  #frame = 0;
  #base: Base = "decimal";
  #progress: { time: bigint; depth: number } | null = null;
  /** Number of the request that may last, while it does. */
  #busy: number | null = null;
  /** Number of the request that goes to a time, while it is under way; that time, and the one that is wanted by now. */
  #seeking: number | null = null;
  #asked: bigint | null = null;
  #wanted: bigint | null = null;
  #goingBack = false;
  #showRunning = false;
  #runningTimer: ReturnType<typeof setTimeout> | undefined;
  #id = 0;
  #breakpoints: Request | null = null;

  constructor(private readonly parts: WorkbenchParts) {}

  set base(base: Base) {
    this.#base = base;
    this.draw();
  }

  get view(): View {
    return {
      phase: this.#phase(),
      program: this.#program,
      snapshot: this.#snapshot,
      wanted: this.#wanted,
      progress: this.#progress,
      goingBack: this.#goingBack,
      frame: this.#frame,
      base: this.#base,
      refused: this.#refused,
      lineOf: this.parts.lineOf,
    };
  }

  draw(): void {
    const { view } = this;
    for (const panel of this.parts.panels) panel.update(view);
    this.parts.drawn(view);
  }

  /** Another program, or the same with its instructions in other places. */
  adopt(program: Program, same: boolean): void {
    this.#program = program;
    if (!same) {
      this.#snapshot = null;
      this.#frame = 0;
    }
    this.draw();
  }

  setBreakpoints(request: Request & { type: "breakpoints" }): void {
    if (JSON.stringify(request) === JSON.stringify(this.#breakpoints)) return;
    this.#breakpoints = request;
    this.parts.send(request);
  }

  /** Looks at another frame. */
  select(frame: number): void {
    this.#frame = frame;
    this.draw();
  }

  /** Looks at the recorded run that the program came with, at its end. */
  look(): void {
    this.#refused = null;
    this.#request((id) => ({ type: "seek", id, to: "end" }), false);
  }

  /** Begins a call, in a fresh instance or in the one that is there. */
  start(fresh: boolean, steps = 0, focus = true): void {
    const call = this.parts.readCall(focus);
    // A call with a wrong argument is not begun; but an instance without a call can be looked at.
    if (!call && this.parts.hasCalls() && focus) return;
    if (fresh) this.parts.output.clear();
    this.#refused = null;
    this.#request((id) => ({ type: "start", id, call, fresh, steps }), false);
  }

  /** Goes to a time, as soon as the worker can: only the time that is wanted last counts. */
  seek(time: bigint): void {
    if (!this.#snapshot?.past) return;
    this.#wanted = time;
    if (this.#busy !== null) this.parts.send({ type: "pause" });
    else if (this.#seeking === null) this.#seekOn();
    this.draw();
  }

  #seekOn(): void {
    const to = this.#wanted;
    this.#asked = to;
    if (to === null) return;
    this.#id += 1;
    this.#seeking = this.#id;
    this.parts.send({ type: "seek", id: this.#id, to });
  }

  /** Changes a value by hand. */
  change(change: Change): void {
    if (this.#busy === null) this.#request((id) => ({ type: "change", id, change }), false);
  }

  /** Carries out a command; false if it has no meaning now. */
  carryOut(name: CommandName): boolean {
    const phase = this.#phase();
    const { view } = this;
    const goesOn = (phase === "paused" || inPast(view)) && this.#busy === null;
    const goesBack = hasPast(view) && this.#busy === null;
    switch (name) {
      case "step":
        if (!goesOn) return false;
        this.#request((id) => ({ type: "step", id, kind: "into" }), false);
        return true;
      case "over":
      case "out":
        if (!goesOn) return false;
        this.#request((id) => ({ type: "step", id, kind: name }), true);
        return true;
      case "back":
      case "backOver":
      case "backOut":
      case "backRun":
        if (!goesBack) return false;
        this.#request((id) => ({ type: "back", id, kind: BACK[name]! }), name !== "back");
        return true;
      case "begin":
      case "end":
        if (name === "begin" ? !goesBack : !inPast(view) || this.#busy !== null) return false;
        this.#request((id) => ({ type: "seek", id, to: name }), true);
        return true;
      case "live":
        if (!inPast(view) || this.#busy !== null) return false;
        this.#request((id) => ({ type: "live", id }), false);
        return true;
      case "run":
        if (this.#busy !== null || phase === "loading" || phase === "empty" || phase === "running") return false;
        if (!goesOn) this.start(true);
        this.#request((id) => ({ type: "run", id }), true);
        return true;
      case "pause":
        if (this.#busy === null) return false;
        this.parts.send({ type: "pause" });
        return true;
      case "restart":
        if (!this.#program) return false;
        this.start(true);
        return true;
      case "start":
        if (!this.#program) return false;
        // In the middle of the start function there is no instance yet that a call could be made in.
        this.start(this.#snapshot === null || this.#snapshot.inStartFunction);
        return true;
      default:
        return false;
    }
  }

  hear(event: Event): void {
    switch (event.type) {
      case "settled":
        // What the future said is gone with it; what came after is of the new one.
        if (event.branch) this.parts.output.drop(event.branch);
        this.parts.output.add(event.output);
        if (event.branch) this.parts.branched(event.branch);
        if (event.id === this.#busy) this.#settle();
        if (event.id === this.#seeking) this.#arrive();
        else if (this.#wanted !== null && this.#seeking === null && this.#busy === null) this.#seekOn();
        this.#snapshot = event.snapshot;
        this.#frame = 0;
        break;
      case "window":
        // The same pause, looked at elsewhere.
        if (this.#snapshot) this.#snapshot = { ...this.#snapshot, window: event.window, tables: event.tables };
        break;
      case "running":
        this.parts.output.add(event.output);
        if (this.#busy !== null) this.#progress = { time: event.time, depth: event.depth };
        break;
      case "refused":
        this.#refused = event.problem;
        break;
      case "broken":
        this.#settle();
        this.#seeking = null;
        this.#asked = null;
        this.#wanted = null;
        this.#snapshot = null;
        this.#refused = null;
        this.#breakpoints = null;
        break;
      default:
        return;
    }
    this.draw();
  }

  /** The machine is where it was sent; meanwhile it may be wanted elsewhere. */
  #arrive(): void {
    this.#seeking = null;
    if (this.#wanted === this.#asked) this.#wanted = null;
    this.#asked = null;
    if (this.#wanted !== null) this.#seekOn();
  }

  /** Sends a numbered request. One that may last is shown as running after a while. */
  #request(make: (id: number) => Request, lasting: boolean): void {
    // What is done now is done at the time that is shown.
    if (this.#wanted !== this.#asked) this.#seekOn();
    this.#id += 1;
    const request = make(this.#id);
    this.parts.send(request);
    if (!lasting) return;
    this.#goingBack = request.type === "back";
    this.#busy = this.#id;
    this.#progress = null;
    clearTimeout(this.#runningTimer);
    this.#runningTimer = setTimeout(() => {
      this.#showRunning = true;
      this.#progress ??= { time: this.#snapshot?.time ?? 0n, depth: this.#snapshot?.depth ?? 0 };
      this.draw();
    }, VISIBLE_RUN);
  }

  #settle(): void {
    this.#busy = null;
    this.#showRunning = false;
    this.#progress = null;
    clearTimeout(this.#runningTimer);
  }

  #phase(): Phase {
    if (this.#showRunning) return "running";
    if (!this.#program) return "loading";
    switch (this.#snapshot?.state) {
      case "Paused":
      case "AwaitingHost":
        return "paused";
      case "Finished":
        return "finished";
      case "Trapped":
        return "trapped";
      default:
        return "empty";
    }
  }
}
