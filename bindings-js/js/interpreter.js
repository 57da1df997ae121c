// The class Interpreter: stands on the raw one and answers its host calls.
import { RawInterpreter } from "./raw/flight.js";
import { Trap, UsageError, guarded } from "./errors.js";
import { HostCalls } from "./host-calls.js";
import { resolveImports } from "./imports.js";
import { Breakpoints } from "./breakpoints.js";
import { init } from "./init.js";
import { MemoryView, TableView } from "./memory.js";
import { bytesOf, moduleOf, rawModule } from "./module.js";
import { toActions, toTime } from "./moment.js";
import { toHistoryBudget } from "./options.js";
import { Watchpoints, toRawPlace } from "./watchpoints.js";
import { KeptValues, fromResults, revive, toIndex, toRaw, toRawArguments } from "./values.js";

/** How many instructions `callAsync` executes before it gives the event loop a turn. */
const SLICE = 2_000_000;

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
/** Why a machine in a state has stopped where it was sent. */
const HERE = { Idle: "Step", Paused: "Step", AwaitingHost: "AwaitingHost", Finished: "Finished", Trapped: "Trapped" };

/** The option by which only this file makes interpreters that have begun elsewhere. */
const BEGUN = Symbol("begun elsewhere");

export class Interpreter {
  #raw;
  #module;
  #kept = new KeptValues();
  #calls;
  #breakpoints;
  #watchpoints;
  #pauseWanted = false;

  constructor(module, imports = {}, options = {}) {
    const raw = rawModule(module);
    this.#module = module;
    const { entries, functions } = resolveImports(module.imports, imports, this.#kept);
    const { memoryBudget = -1, callDepth = -1, gcBudget = -1, pauseAtStart = false } = options;
    const { translation = "folded" } = options;
    const limits = [memoryBudget, callDepth, gcBudget, String(translation), toHistoryBudget(options.history)];
    const { recording, snapshot } = options[BEGUN] ?? {};
    this.#raw = recording ?? guarded(() => new RawInterpreter(raw, entries, ...limits));
    const live = () => this.#live();
    this.#calls = new HostCalls(this, live, functions, this.#kept);
    this.#breakpoints = new Breakpoints(live);
    this.#watchpoints = new Watchpoints(live, this.#kept);
    if (recording !== undefined) return;
    if (snapshot !== undefined) {
      this.#startFrom(snapshot, options.value);
      return;
    }
    if (guarded(() => this.#raw.startStartFunction()) && !pauseAtStart) {
      try {
        this.#finishCall("the start function");
      } catch (error) {
        this.free();
        throw error;
      }
    }
  }

  /** Goes on where a snapshot was made; `value` gives back the JavaScript values that the guest held. */
  #startFrom(snapshot, value) {
    try {
      guarded(() => this.#raw.restore(snapshot));
      for (const number of this.#raw.heldReferences()) this.#kept.put(number, value?.(number));
    } catch (error) {
      this.free();
      throw error;
    }
  }

  static restore(module, snapshot, imports = {}, options = {}) {
    if (!(snapshot instanceof Uint8Array)) throw new UsageError("a snapshot is a Uint8Array");
    return new Interpreter(module, imports, { ...options, [BEGUN]: { snapshot } });
  }

  static async fromRecording(source, imports = {}, options = {}) {
    const bytes = await bytesOf(source);
    await init();
    const { memoryBudget = -1, callDepth = -1, gcBudget = -1, translation = "folded", history = true } = options;
    const limits = [memoryBudget, callDepth, gcBudget, String(translation), toHistoryBudget(history)];
    const recording = guarded(() => RawInterpreter.fromRecording(bytes, ...limits));
    return new Interpreter(moduleOf(recording.module()), imports, { ...options, [BEGUN]: { recording } });
  }

  snapshot() {
    return this.#live().snapshot();
  }
  get heldValues() {
    const numbers = [...this.#live().heldReferences()];
    return numbers.map((number) => ({ number, value: this.#kept.value(number) }));
  }
  recording() {
    return this.#outside("recording", (raw) => guarded(() => raw.recording()));
  }
  verify() {
    return this.#outside("verify", (raw) => guarded(() => raw.verify()));
  }

  /** Does what takes the machine through its past, unless an imported function is running. */
  #outside(operation, act) {
    const raw = this.#live();
    if (this.#calls.running) {
      throw new UsageError(`${operation} is not possible while an imported function runs: its call cannot take itself back`);
    }
    if (!raw.isRecording) {
      throw new UsageError(`${operation} is not possible: nothing is recorded, since the option history is false`);
    }
    return act(raw);
  }

  #live() {
    if (this.#raw === null) throw new UsageError("the interpreter has been freed");
    return this.#raw;
  }

  get module() {
    return this.#module;
  }

  // ---- calls ----

  call(name, ...args) {
    this.#begin(name, args);
    return this.#finishCall(name);
  }

  async callAsync(name, ...args) {
    this.#begin(name, args);
    const raw = this.#live();
    const depth = raw.depth;
    try {
      while (raw.state !== "Finished" && raw.state !== "Trapped") {
        if (raw.state === "AwaitingHost") {
          this.#calls.answer();
          if (this.#calls.promise !== null) await this.#calls.promise;
        } else if (guarded(() => raw.run(SLICE, -1)) === "OutOfFuel") {
          await turn();
        }
      }
    } catch (error) {
      if (raw.state !== "Trapped" && raw.depth >= depth) raw.unwind();
      throw error;
    }
    return this.#outcome();
  }

  start(name, ...args) {
    this.#begin(name, args);
  }

  #begin(name, args) {
    const raw = this.#live();
    const types = guarded(() => raw.parameterTypes(name));
    const values = toRawArguments(types, args, name, this.#kept);
    guarded(() => raw.start(name, values, this.#calls.running));
    // In the past this call is the recorded one, and the machine may come to the promise again.
    if (!this.#calls.running && !raw.inPast) this.#calls.forget();
  }

  /** Runs the innermost call to its end, through breakpoints. */
  #finishCall(name) {
    const raw = this.#live();
    while (raw.state !== "Finished" && raw.state !== "Trapped") {
      if (raw.state !== "AwaitingHost") {
        guarded(() => raw.run(-1, -1));
        continue;
      }
      let imported;
      try {
        imported = this.#calls.answer();
      } catch (error) {
        raw.unwind();
        throw error;
      }
      if (this.#calls.promise !== null) {
        this.#calls.forget();
        raw.unwind();
        throw new UsageError(`${imported} returned a promise: call ${name} by callAsync`);
      }
    }
    return this.#outcome();
  }

  /** The results of the finished call, or its trap. A call from inside an imported function leaves no trace. */
  #outcome() {
    const raw = this.#live();
    if (raw.state === "Trapped") {
      const info = this.trap;
      const trap = new Trap(raw.trapMessage(), info, "cause" in info ? { cause: info.cause } : undefined);
      if (this.#calls.running) raw.unwind();
      throw trap;
    }
    if (!this.#calls.running) return fromResults(this.results);
    return fromResults(revive(guarded(() => raw.takeResults()), this.#kept));
  }

  // ---- stepping ----

  step() {
    const raw = this.#live();
    return this.#stopAfter(this.#calls.isDue ? "AwaitingHost" : guarded(() => raw.step()));
  }

  stepOver({ fuel = Infinity } = {}) {
    const raw = this.#live();
    const { depth, time } = raw;
    const stop = this.step();
    if (stop.reason !== "Step" || raw.depth <= depth || raw.state !== "Paused") return stop;
    return this.#runTo(depth, fuel, time);
  }

  stepOut({ fuel = Infinity } = {}) {
    const raw = this.#live();
    return this.#runTo(raw.depth - 1, fuel, raw.time);
  }

  run({ fuel = Infinity } = {}) {
    return this.#runTo(-1, fuel, this.#live().time);
  }

  /** Runs until `depth` calls are left, answering host calls; `fuel` counts from the time `begin`. */
  #runTo(depth, fuel, begin) {
    const raw = this.#live();
    for (;;) {
      const left = fuel === Infinity ? -1 : Math.max(0, fuel - Number(raw.time - begin));
      const stop = this.#calls.isDue ? "AwaitingHost" : guarded(() => raw.run(left, depth));
      if (stop !== "AwaitingHost") return this.#stopThere(stop);
      this.#calls.answer();
      if (this.#calls.isDue) continue;
      if (raw.state !== "Paused") return { reason: raw.state };
      if (this.#pauseWanted) {
        this.#pauseWanted = false;
        return { reason: "Paused" };
      }
    }
  }

  /** Why the machine stopped after one instruction; a host call is answered first. */
  #stopAfter(stop) {
    if (stop !== "AwaitingHost") return this.#stopThere(stop);
    do this.#calls.answer();
    while (this.#calls.isDue);
    this.#pauseWanted = false;
    const { state } = this.#live();
    return { reason: state === "Paused" ? "Step" : state };
  }

  #stopThere(stop) {
    if (stop === "Watchpoint") return { reason: stop, hits: this.#watchpoints.hits };
    if (stop !== "Breakpoint") return { reason: stop };
    const { function: index, offset } = this.#live().frame(0);
    return { reason: "Breakpoint", function: index, offset };
  }

  pause() {
    this.#pauseWanted = true;
  }

  // ---- going back ----

  /** Goes back in one of the ways that there are, or throws a clear error where none is open. */
  #goBack(operation, act) {
    return this.#outside(operation, (raw) => this.#stopThere(guarded(() => act(raw))));
  }

  stepBack() {
    return this.#goBack("stepBack", (raw) => raw.stepBack());
  }
  stepBackOver() {
    return this.#goBack("stepBackOver", (raw) => raw.stepBackOver());
  }
  stepBackOut() {
    return this.#goBack("stepBackOut", (raw) => raw.stepBackOut());
  }
  reverseContinue() {
    return this.#goBack("reverseContinue", (raw) => raw.reverseContinue());
  }
  seek(to) {
    return this.#goBack("seek", (raw) => {
      if (typeof to === "object" && to !== null) raw.seekMoment(toTime(to.time), toActions(to.actions), Boolean(to.trapped));
      else raw.seek(toTime(to));
      return HERE[raw.state];
    });
  }

  get moment() {
    return this.#live().moment;
  }
  get history() {
    return this.#live().history;
  }
  get inPast() {
    return this.#live().inPast;
  }
  branch() {
    return this.#live().branch();
  }
  takeBranch() {
    return this.#live().takeBranch();
  }
  get journal() {
    return this.journalFrom(0);
  }
  get journalLength() {
    return this.#live().journalLength;
  }
  journalFrom(first, count = Infinity) {
    const entries = this.#live().journalFrom(first, count);
    entries.forEach((entry) => this.#reviveAction(entry));
    return entries;
  }

  // ---- questions to the past ----

  lastWrite(place) {
    const at = toRawPlace(place, "frame");
    return this.#outside("lastWrite", (raw) => this.#reviveOrigin(guarded(() => raw.lastWrite(...at))));
  }
  origin(of) {
    return this.trail(of, 1)[0] ?? null;
  }
  trail({ stackSlot, trapOperand, frame = 0 } = {}, most = 50) {
    const steps = toIndex(most, "number of steps");
    const ask =
      trapOperand === undefined
        ? (raw) => raw.trail(toIndex(frame, "frame"), toIndex(stackSlot, "stack slot"), steps)
        : (raw) => raw.trailOfTrap(toIndex(trapOperand, "operand"), steps);
    return this.#outside("origin", (raw) => guarded(() => ask(raw)).map((origin) => this.#reviveOrigin(origin)));
  }

  #reviveOrigin(origin) {
    if (origin?.wrote?.value !== undefined) revive([origin.wrote], this.#kept);
    if (origin?.by === "embedder") this.#reviveAction(origin);
    return origin;
  }

  #reviveAction(entry) {
    revive(entry.arguments ?? [], this.#kept);
    revive(entry.results ?? [], this.#kept);
    if (entry.value !== undefined) revive([entry.value], this.#kept);
  }

  // ---- changing by hand ----

  setLocal(frame, index, value) {
    const raw = this.#live();
    const at = [toIndex(frame, "frame"), toIndex(index, "local")];
    guarded(() => raw.setLocal(...at, this.#toRaw(raw.localType(...at), value, `local ${index}`)));
  }
  setOperand(frame, position, value) {
    const raw = this.#live();
    const at = [toIndex(frame, "frame"), toIndex(position, "operand")];
    guarded(() => raw.setOperand(...at, this.#toRaw(raw.operandType(...at), value, `operand ${position}`)));
  }
  setGlobal(index, value) {
    const raw = this.#live();
    const at = toIndex(index, "global");
    guarded(() => raw.setGlobal(at, this.#toRaw(raw.globalType(at), value, `global ${index}`)));
  }

  /** A value of a type for the raw layer; where there is no such thing and so no type, the raw layer says that. */
  #toRaw(type, value, where) {
    return type === undefined ? null : toRaw(type, value, where, this.#kept);
  }

  // ---- looking in ----

  get state() {
    return this.#live().state;
  }
  get time() {
    return this.#live().time;
  }
  get stateHash() {
    return this.#live().stateHash;
  }
  get depth() {
    return this.#live().depth;
  }
  get stack() {
    const frame = this.#live().frame(0);
    return frame === null ? [] : this.#reviveFrame(frame).operands;
  }
  get frames() {
    return this.framesFrom(0);
  }
  framesFrom(first, count = 0xffff_ffff) {
    return this.#live().frames(first, count).map((frame) => this.#reviveFrame(frame));
  }
  get explanation() {
    const explanation = this.#live().explanation();
    if (explanation !== null) {
      revive(explanation.takes, this.#kept);
      revive(explanation.gives ?? [], this.#kept);
    }
    return explanation;
  }
  get globals() {
    return revive(this.#live().globals(), this.#kept);
  }
  get memoryCount() {
    return this.#live().memoryCount();
  }
  get tableCount() {
    return this.#live().tableCount();
  }
  get results() {
    const results = this.#live().results();
    return results === null ? null : revive(results, this.#kept);
  }
  get trap() {
    const trap = this.#live().trap();
    if (trap === null) return null;
    revive(trap.operands, this.#kept);
    revive(trap.exception?.arguments ?? [], this.#kept);
    for (const frame of trap.frames) revive(frame.locals, this.#kept);
    const { cause } = this.#calls;
    if (trap.kind === "Host" && cause) trap.cause = cause.cause;
    return trap;
  }
  get breakpoints() {
    return this.#breakpoints;
  }
  get watchpoints() {
    return this.#watchpoints;
  }
  memory(index = 0) {
    return new MemoryView(() => this.#live(), index);
  }
  object(reference, { first = 0, count = 100 } = {}) {
    if (typeof reference?.handle !== "number") throw new UsageError("a reference to an object is expected");
    const { handle, generation } = reference;
    const view = guarded(() => this.#live().object(handle, generation, first, count));
    revive(view.parts, this.#kept);
    return view;
  }
  table(index = 0) {
    return new TableView(() => this.#live(), index, this.#kept);
  }

  coreDump(name = this.#module.name ?? "") {
    return guarded(() => this.#live().coreDump(String(name)));
  }

  #reviveFrame(frame) {
    revive(frame.locals, this.#kept);
    revive(frame.operands, this.#kept);
    return frame;
  }

  free() {
    this.#raw?.free();
    this.#raw = null;
    this.#calls?.forget();
  }
}

// Engines without explicit resource management have no such symbol yet.
if (Symbol.dispose) Interpreter.prototype[Symbol.dispose] = Interpreter.prototype.free;
