// The class Interpreter: stands on the raw one and answers its host calls.
import { RawInterpreter } from "./raw/bindings_js.js";
import { Trap, UsageError, guarded } from "./errors.js";
import { resolveImports } from "./imports.js";
import { Breakpoints } from "./breakpoints.js";
import { MemoryView, TableView } from "./memory.js";
import { rawModule } from "./module.js";
import { KeptValues, fromResults, revive, toRawArguments, toRawResults } from "./values.js";

/** How many instructions `callAsync` executes before it gives the event loop a turn. */
const SLICE = 2_000_000;

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const isPromise = (value) => typeof value?.then === "function";

export class Interpreter {
  #raw;
  #module;
  #functions;
  #kept = new KeptValues();
  #breakpoints;
  /** What the imported function threw that made the machine trap. */
  #cause;
  /** How many imported functions are running just now. */
  #hostDepth = 0;
  #pauseWanted = false;
  /** The promise of the imported function that the machine waits for. */
  #awaited = null;

  constructor(module, imports = {}, options = {}) {
    const raw = rawModule(module);
    this.#module = module;
    const { entries, functions } = resolveImports(module.imports, imports, this.#kept);
    this.#functions = functions;
    const { memoryBudget = -1, callDepth = -1, gcBudget = -1, pauseAtStart = false } = options;
    const { translation = "folded" } = options;
    this.#raw = guarded(
      () => new RawInterpreter(raw, entries, memoryBudget, callDepth, gcBudget, String(translation)),
    );
    this.#breakpoints = new Breakpoints(() => this.#live());
    if (guarded(() => this.#raw.startStartFunction()) && !pauseAtStart) {
      try {
        this.#finishCall("the start function");
      } catch (error) {
        this.free();
        throw error;
      }
    }
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
          this.#answer();
          if (this.#awaited !== null) await this.#awaited;
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
    guarded(() => raw.start(name, values, this.#hostDepth > 0));
    if (this.#hostDepth === 0) this.#awaited = null;
    this.#cause = undefined;
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
        imported = this.#answer();
      } catch (error) {
        raw.unwind();
        throw error;
      }
      if (this.#awaited !== null) {
        this.#awaited = null;
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
      if (this.#hostDepth > 0) raw.unwind();
      throw trap;
    }
    if (this.#hostDepth === 0) return fromResults(this.results);
    return fromResults(revive(guarded(() => raw.takeResults()), this.#kept));
  }

  // ---- stepping ----

  step() {
    const stop = guarded(() => this.#live().step());
    return this.#stopAfter(stop, () => ({ reason: "Step" }));
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
      const stop = guarded(() => raw.run(left, depth));
      if (stop !== "AwaitingHost") return this.#stopAfter(stop);
      this.#answer();
      if (this.#awaited !== null) return { reason: "AwaitingHost" };
      if (raw.state !== "Paused") return { reason: raw.state };
      if (this.#pauseWanted) {
        this.#pauseWanted = false;
        return { reason: "Paused" };
      }
    }
  }

  /** Why the machine stopped; a host call is answered first, and `afterwards` says what that was. */
  #stopAfter(stop, afterwards = () => ({ reason: "Step" })) {
    const raw = this.#live();
    if (stop === "Breakpoint") {
      const { function: index, offset } = raw.frame(0);
      return { reason: "Breakpoint", function: index, offset };
    }
    if (stop !== "AwaitingHost") return { reason: stop };
    this.#answer();
    if (this.#awaited !== null) return { reason: "AwaitingHost" };
    this.#pauseWanted = false;
    return raw.state === "Paused" ? afterwards() : { reason: raw.state };
  }

  pause() {
    this.#pauseWanted = true;
  }

  // ---- host calls ----

  /** Calls the JavaScript function that the machine waits for and answers with what it returns: its name. */
  #answer() {
    const raw = this.#live();
    const call = raw.hostCall();
    const { descriptor, call: imported } = this.#functions[call.function];
    const name = `${descriptor.module}.${descriptor.name}`;
    if (this.#awaited !== null) return name;
    const args = revive(call.arguments, this.#kept).map((argument) => argument.value);
    let returned;
    this.#hostDepth += 1;
    try {
      returned = imported.apply(this, args);
    } catch (error) {
      this.#throwInto(error);
      return name;
    } finally {
      this.#hostDepth -= 1;
    }
    if (isPromise(returned)) this.#await(returned, descriptor, name);
    else this.#answerWith(returned, descriptor, name);
    return name;
  }

  #answerWith(returned, descriptor, name) {
    try {
      const results = toRawResults(descriptor.type.results, returned, name, this.#kept);
      guarded(() => this.#live().answer(results));
    } catch (error) {
      this.#throwInto(error);
    }
  }

  /** The machine traps; the trap carries what was thrown. */
  #throwInto(error) {
    this.#cause = { cause: error };
    guarded(() => this.#live().fail(error instanceof Error ? error.message : String(error)));
  }

  /** Goes on when the promise settles, unless the call has been dropped by then. */
  #await(promise, descriptor, name) {
    const settle = (act) => (value) => {
      if (this.#awaited !== awaited || this.#raw === null) return;
      this.#awaited = null;
      act(value);
    };
    const awaited = promise.then(
      settle((value) => this.#answerWith(value, descriptor, name)),
      settle((error) => this.#throwInto(error)),
    );
    this.#awaited = awaited;
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
    if (trap.kind === "Host" && this.#cause) trap.cause = this.#cause.cause;
    return trap;
  }
  get breakpoints() {
    return this.#breakpoints;
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
    this.#awaited = null;
  }
}

// Engines without explicit resource management have no such symbol yet.
if (Symbol.dispose) Interpreter.prototype[Symbol.dispose] = Interpreter.prototype.free;
