// The class Interpreter: an instance, and the machine that it shares with those it is linked to.
import { RawInterpreter } from "./raw/flight.js";
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { machineOf, resolveImports } from "./imports.js";
import { Breakpoints, evaluate } from "./breakpoints.js";
import { makeExports, memoryOf, tableOf } from "./exports.js";
import { freeRaw } from "./freeing.js";
import { init } from "./init.js";
import { Machine } from "./machine.js";
import { bytesOf, moduleOf, rawModule } from "./module.js";
import { toActions, toTime } from "./moment.js";
import { limitsOf, refuseLimits } from "./options.js";
import { coverage, profile } from "./profile.js";
import { Until, toFuel } from "./until.js";
import { Watchpoints, toRawPlace } from "./watchpoints.js";
import { toRaw, toRawArguments } from "./values.js";
import { toBytes, toCount, toFields, toIndex, toOptions, toSignal, toText } from "./given.js";

/** Why a machine in a state has stopped where it was sent. */
const HERE = { Idle: "Step", Paused: "Step", AwaitingHost: "AwaitingHost", Finished: "Finished", Trapped: "Trapped" };

/** The option by which only this file makes interpreters that have begun elsewhere. */
const BEGUN = Symbol("begun elsewhere");

export class Interpreter {
  #raw;
  #module;
  #machine;
  #breakpoints;
  #watchpoints;
  #exports = null;

  constructor(module, imports = {}, given = {}) {
    const raw = rawModule(module);
    const options = toOptions(given);
    this.#module = module;
    const { recording, snapshot, machine } = options[BEGUN] ?? {};
    const linked = recording ? machine : machineOf(module.imports, imports, Interpreter.#machineOf(options.store));
    if (linked && !recording) refuseLimits(options);
    this.#machine = linked ?? new Machine();
    const { entries, functions } = resolveImports(module.imports, imports, this.#machine);
    this.#raw =
      recording ??
      guarded(() => (linked ? linked.raw.link(raw, entries) : new RawInterpreter(raw, entries, ...limitsOf(options))));
    this.#machine.join(this, this.#raw, functions);
    const live = () => this.#live();
    this.#breakpoints = new Breakpoints(live);
    this.#watchpoints = new Watchpoints(live, this.#machine.kept);
    try {
      if (snapshot !== undefined) this.#startFrom(snapshot, options.value);
      else if (recording === undefined) this.#callStart(options.pauseAtStart);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Calls the start function, if there is one. */
  #callStart(pauseAtStart = false) {
    const { runner } = this.#machine;
    if (runner.beginStart(this.#raw) && !pauseAtStart) runner.finish("the start function");
  }

  /** Goes on where a snapshot was made; `value` gives back the JavaScript values that the guest held. */
  #startFrom(snapshot, value) {
    guarded(() => this.#raw.restore(snapshot));
    for (const number of this.#raw.heldReferences()) this.#machine.kept.put(number, value?.(number));
  }

  static restore(module, snapshot, imports = {}, options = {}) {
    const { value } = toOptions(options);
    if (value !== undefined && typeof value !== "function") throw new UsageError("the option value is a function");
    return new Interpreter(module, imports, { ...options, [BEGUN]: { snapshot: toBytes(snapshot, "a snapshot") } });
  }

  static async fromRecording(source, imports = {}, options = {}) {
    const limits = limitsOf(toOptions(options));
    const bytes = await bytesOf(source);
    await init();
    const recording = guarded(() => RawInterpreter.fromRecording(bytes, ...limits));
    const open = (raw, begun) => new Interpreter(moduleOf(raw.module()), imports, { ...options, [BEGUN]: { recording: raw, ...begun } });
    const last = open(recording);
    for (let number = 0; number < last.instance; number += 1) open(recording.neighbour(number), { machine: last.#machine });
    return last;
  }

  /** The machine of the interpreter that the option `store` names. */
  static #machineOf(store) {
    if (store === undefined) return undefined;
    if (!(store instanceof Interpreter)) throw new UsageError("the option store is an Interpreter");
    store.#live();
    return store.#machine;
  }

  snapshot() {
    return this.#live().snapshot();
  }
  get heldValues() {
    const numbers = [...this.#live().heldReferences()];
    return numbers.map((number) => ({ number, value: this.#machine.kept.value(number) }));
  }
  recording() {
    return this.#outside("recording", (raw) => guarded(() => raw.recording()));
  }
  verify() {
    return this.#outside("verify", (raw) => guarded(() => parse(raw.verify())));
  }

  /** Does what takes the machine through its past, unless an imported function is running. */
  #outside(operation, act) {
    const raw = this.#live();
    if (this.#machine.calls.running) {
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
  get exports() {
    this.#live();
    this.#exports ??= makeExports(this.#module.exports, () => this.#live(), this.#machine);
    return this.#exports;
  }
  get instance() {
    return this.#live().instance;
  }
  get instances() {
    this.#live();
    return [...this.#machine.instances.values()].map(({ interpreter }) => interpreter).sort((one, other) => one.instance - other.instance);
  }

  on(event, listener) {
    return this.#machine.events.add(event, listener);
  }
  off(event, listener) {
    return this.#machine.events.remove(event, listener);
  }

  // ---- calls ----

  call(target, ...args) {
    const { address, name, values } = this.#target(target, args);
    return this.#machine.runner.call(address, values, name);
  }

  async callAsync(target, ...args) {
    const { signal, function: called = target } = typeof target === "object" && target !== null ? target : {};
    const { address, name, values } = this.#target(called, args);
    return this.#machine.runner.callAsync(address, values, name, { signal: toSignal(signal) });
  }

  start(target, ...args) {
    const { address, values } = this.#target(target, args);
    this.#machine.runner.begin(address, values);
  }

  /** What is to be called: an export's name, an index, or a function of the machine. */
  #target(target, args) {
    const raw = this.#live();
    this.#machine.forgetValues();
    const { kept } = this.#machine;
    let address;
    if (typeof target === "string") address = guarded(() => raw.exportedFunction(target));
    else if (typeof target === "number") address = raw.address("func", toIndex(target, "function"));
    else address = kept.functionAddress(target);
    if (address === undefined) {
      const what = typeof target === "number" ? `there is no function ${target}` : "a call is of an export's name, a function's index or a function of an instance";
      throw new UsageError(what);
    }
    const { type, name: given, function: index } = this.#machine.describe(address);
    const name = typeof target === "string" ? target : (given ?? `function ${index ?? address}`);
    return { address, name, values: toRawArguments(type.params, args, name, kept) };
  }

  // ---- stepping ----

  step() {
    this.#live();
    return this.#stopThere(this.#machine.runner.step());
  }

  stepOver(options) {
    const raw = this.#live();
    const { fuel } = toOptions(options);
    const { depth, time } = raw;
    const most = toFuel(fuel);
    const stop = this.step();
    if (stop.reason !== "Step" || raw.depth <= depth || raw.state !== "Paused") return stop;
    return this.#stopThere(this.#machine.runner.run(Math.max(0, most - Number(raw.time - time)), depth));
  }

  stepOut(options) {
    const raw = this.#live();
    const { fuel } = toOptions(options);
    return this.#stopThere(this.#machine.runner.run(toFuel(fuel), raw.depth - 1));
  }

  run(options) {
    const raw = this.#live();
    const { fuel, until } = toOptions(options);
    const { runner } = this.#machine;
    const most = toFuel(fuel);
    return this.#stopThere(until === undefined ? runner.run(most) : new Until(this, raw, until).run(runner, most));
  }

  async runAsync(options) {
    const raw = this.#live();
    const { fuel, until, signal } = toOptions(options);
    const { runner } = this.#machine;
    const goal = until === undefined ? runner : new Until(this, raw, until);
    const run = until === undefined ? (most) => runner.run(most) : (most) => goal.run(runner, most);
    return this.#stopThere(await runner.inSlices(run, toFuel(fuel), toSignal(signal)));
  }

  #stopThere(stop) {
    if (stop.reason === "Watchpoint") return { ...stop, hits: this.#watchpoints.hits };
    if (stop.reason !== "Breakpoint") return stop;
    const raw = this.#live();
    const { function: index, offset } = parse(raw.frame(0));
    const error = parse(raw.breakpointError());
    return { reason: "Breakpoint", function: index, offset, ...(error !== null && { error }) };
  }

  pause() {
    this.#machine.runner.pause();
  }

  // ---- going back ----

  /** Goes back in one of the ways that there are, or throws a clear error where none is open. */
  #goBack(operation, act) {
    return this.#outside(operation, (raw) => this.#stopThere({ reason: guarded(() => act(raw)) }));
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
    return parse(this.#live().moment);
  }
  get history() {
    return parse(this.#live().history);
  }
  get inPast() {
    return this.#live().inPast;
  }
  branch() {
    return parse(this.#live().branch());
  }
  takeBranch() {
    return parse(this.#live().takeBranch());
  }
  get journal() {
    return this.journalFrom(0);
  }
  get journalLength() {
    return this.#live().journalLength;
  }
  journalFrom(first, count = Infinity) {
    const entries = parse(this.#live().journalFrom(toCount(first, "entries"), toCount(count, "entries")));
    entries.forEach((entry) => this.#reviveAction(entry));
    return entries;
  }

  // ---- questions to the past ----

  lastWrite(place) {
    const at = toRawPlace(place, "frame");
    return this.#outside("lastWrite", (raw) => this.#reviveOrigin(guarded(() => parse(raw.lastWrite(...at)))));
  }
  origin(of) {
    return this.trail(of, 1)[0] ?? null;
  }
  trail(of, most = 50) {
    const { stackSlot, trapOperand, frame = 0 } = toFields(of, "an operand");
    const steps = toIndex(most, "number of steps");
    const ask =
      trapOperand === undefined
        ? (raw) => parse(raw.trail(toIndex(frame, "frame"), toIndex(stackSlot, "stack slot"), steps))
        : (raw) => parse(raw.trailOfTrap(toIndex(trapOperand, "operand"), steps));
    return this.#outside("origin", (raw) => guarded(() => ask(raw)).map((origin) => this.#reviveOrigin(origin)));
  }

  profile(options) {
    return this.#outside("profile", (raw) => guarded(() => profile(raw, options)));
  }
  coverage(options) {
    return this.#outside("coverage", (raw) => guarded(() => coverage(raw, options)));
  }

  #reviveOrigin(origin) {
    if (origin?.wrote?.value !== undefined) this.#machine.kept.revive([origin.wrote]);
    if (origin?.by === "embedder") this.#reviveAction(origin);
    return origin;
  }

  #reviveAction(entry) {
    this.#machine.kept.revive(entry.arguments ?? []);
    this.#machine.kept.revive(entry.results ?? []);
    if (entry.value !== undefined) this.#machine.kept.revive([entry.value]);
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
    return type === undefined ? null : toRaw(type, value, where, this.#machine.kept);
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
    return this.#frame(0)?.operands ?? [];
  }
  get labels() {
    return this.#frame(0)?.labels ?? [];
  }
  locals(frame = 0) {
    const distance = toIndex(frame, "frame");
    const found = this.#frame(distance);
    if (found === null) throw new UsageError(`there is no frame ${distance}: ${this.depth} calls are under way`);
    return found.locals;
  }
  get frames() {
    return this.framesFrom(0);
  }
  framesFrom(first, count = Infinity) {
    return parse(this.#live().frames(toCount(first, "frames"), toCount(count, "frames"))).map((frame) => this.#reviveFrame(frame));
  }
  get explanation() {
    const explanation = parse(this.#live().explanation());
    if (explanation !== null) {
      this.#machine.kept.revive(explanation.takes);
      this.#machine.kept.revive(explanation.gives ?? []);
    }
    return explanation;
  }
  evaluate(expression, frame = 0) {
    return evaluate(this.#live(), expression, frame, this.#machine.kept);
  }
  get globals() {
    return this.#machine.kept.revive(parse(this.#live().globals()));
  }
  get memories() {
    return Array.from({ length: this.memoryCount }, (_, index) => this.memory(index));
  }
  get tables() {
    return Array.from({ length: this.tableCount }, (_, index) => this.table(index));
  }
  get memoryCount() {
    return this.#live().memoryCount();
  }
  get tableCount() {
    return this.#live().tableCount();
  }
  get results() {
    const results = parse(this.#live().results());
    return results === null ? null : this.#machine.kept.revive(results);
  }
  get trap() {
    return this.#machine.runner.trapInfo(this.#live());
  }
  get breakpoints() {
    return this.#breakpoints;
  }
  get watchpoints() {
    return this.#watchpoints;
  }
  memory(index = 0) {
    return memoryOf(() => this.#live(), this.#machine, toIndex(index, "memory"));
  }
  object(reference, page) {
    const raw = this.#live();
    const { first = 0, count = 100 } = toOptions(page);
    const view = guarded(() => parse(raw.object(...toObject(reference), toCount(first, "parts"), toCount(count, "parts"))));
    this.#machine.kept.revive(view.parts);
    return view;
  }
  keep(reference) {
    guarded(() => this.#live().keep(...toObject(reference)));
  }
  release(reference) {
    this.#live().release(...toObject(reference));
  }
  table(index = 0) {
    return tableOf(() => this.#live(), this.#machine, toIndex(index, "table"));
  }

  coreDump(name = this.#module.name ?? "") {
    return guarded(() => this.#live().coreDump(toText(name, "the name of a core dump")));
  }

  /** The frame at a distance from the innermost one; null if there are not so many. */
  #frame(distance) {
    const frame = parse(this.#live().frame(distance));
    return frame === null ? null : this.#reviveFrame(frame);
  }

  #reviveFrame(frame) {
    this.#machine.kept.revive(frame.locals);
    this.#machine.kept.revive(frame.operands);
    return frame;
  }

  free() {
    if (this.#raw === null) return;
    const { instance } = this.#raw;
    freeRaw(this.#raw, "interpreter");
    this.#raw = null;
    this.#machine.leave(instance);
  }
}

/** A reference to an object as the raw layer takes it. */
function toObject(reference) {
  const { handle, generation } = toFields(reference, "a reference to an object");
  return [toIndex(handle, "handle"), toIndex(generation, "generation")];
}

// Engines without explicit resource management have no such symbol yet.
if (Symbol.dispose) Interpreter.prototype[Symbol.dispose] = Interpreter.prototype.free;
