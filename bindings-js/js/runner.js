// Lets a machine execute: calls, steps and runs. Host calls on the way are answered.
import { hostTag } from "./raw/flight.js";
import { parse } from "./crossing.js";
import { Trap, UsageError, guarded } from "./errors.js";
import { addGuestStack } from "./guest-stack.js";
import { Growth } from "./growth.js";
import { place } from "./places.js";
import { Slices, abortable } from "./slices.js";

/** Fuel and depth as the raw layer takes them, where there is no bound. */
const NO_BOUND = -1;
/** Most calls that an error tells. */
const MOST_FRAMES = 100;

export class Runner {
  #machine;
  #growth;
  #pauseWanted = false;
  /** Counts the calls from outside, so that one that waits finds out that it has been dropped. */
  #begun = 0;
  /** The moment of the trap that was told last. */
  #told = null;

  constructor(machine) {
    this.#machine = machine;
    this.#growth = new Growth(machine);
  }

  get #raw() {
    return this.#machine.raw;
  }
  get #calls() {
    return this.#machine.calls;
  }

  // ---- calls ----

  /** Prepares the call of the function at an address. */
  begin(address, values) {
    const raw = this.#raw;
    const nested = this.#calls.running;
    guarded(() => raw.start(address, values, nested));
    this.#hasBegun(nested);
  }

  /** Prepares the call of an instance's start function, if it has one. */
  beginStart(raw) {
    const nested = this.#calls.running;
    const begun = guarded(() => raw.startStartFunction(nested));
    if (begun) this.#hasBegun(nested);
    return begun;
  }

  #hasBegun(nested) {
    if (nested) return;
    this.#begun += 1;
    // In the past this call is the recorded one, and the machine may come to the promise again.
    if (!this.#raw.inPast) this.#calls.forget();
  }

  /** Calls the function at an address and runs it to its end. */
  call(address, values, name) {
    this.begin(address, values);
    return this.finish(name);
  }

  /** Runs the innermost call to its end, through breakpoints. */
  finish(name) {
    const raw = this.#raw;
    while (raw.state !== "Finished" && raw.state !== "Trapped") {
      if (raw.state !== "AwaitingHost") {
        this.#run(NO_BOUND, NO_BOUND);
        continue;
      }
      let imported;
      try {
        imported = this.#answer();
      } catch (error) {
        raw.unwind();
        throw error;
      }
      if (this.#calls.promise !== null) {
        this.#calls.forget();
        const error = new UsageError(`${imported} returned a promise: call ${name} by callAsync`);
        addGuestStack(error, parse(raw.frames(0, MOST_FRAMES)), raw.depth);
        raw.unwind();
        throw error;
      }
    }
    return this.#outcome();
  }

  /** The same with imports that may return promises; `signal` stops it. */
  async callAsync(address, values, name, { signal } = {}) {
    signal?.throwIfAborted();
    this.begin(address, values);
    const raw = this.#raw;
    const begun = this.#begun;
    const depth = raw.depth;
    const nested = this.#calls.running;
    const slices = new Slices(signal);
    try {
      while (raw.state !== "Finished" && raw.state !== "Trapped") {
        if (raw.state === "AwaitingHost") {
          this.#answer();
          if (this.#calls.promise !== null) await abortable(this.#calls.promise, signal);
        } else if (slices.run((fuel) => this.#run(fuel, NO_BOUND)) === "OutOfFuel") {
          await slices.turn();
        }
        if (!nested && begun !== this.#begun) throw new UsageError(`the call of ${name} was dropped: another one has begun`);
      }
    } catch (error) {
      // What was stopped from outside stays where it is, to be looked at.
      const stopped = signal?.aborted && !nested;
      if (begun === this.#begun && !stopped && raw.state !== "Trapped" && raw.depth >= depth) raw.unwind();
      throw error;
    }
    return this.#outcome();
  }

  /** The results of the finished call, or its trap. A call from inside an imported function leaves no trace. */
  #outcome() {
    const raw = this.#raw;
    const machine = this.#machine;
    if (raw.state === "Trapped") {
      const trap = this.trapError();
      if (this.#calls.running) raw.unwind();
      throw trap;
    }
    const typed = this.#calls.running ? guarded(() => parse(raw.takeResults())) : parse(raw.results());
    const results = typed.map((result) => machine.toJs(result));
    return results.length > 1 ? results : results[0];
  }

  /** The trap that the machine is in, as an error. */
  trapError() {
    const info = this.trapInfo();
    const trap = new Trap(this.#raw.trapMessage(), info, "cause" in info ? { cause: info.cause } : undefined);
    return place(trap, this.#machine, "trap");
  }

  /** The trap that the machine is in, with what an imported function threw; null if it is in none. */
  trapInfo(raw = this.#raw) {
    const trap = parse(raw.trap());
    if (trap === null) return null;
    const { kept } = this.#machine;
    kept.revive(trap.operands);
    kept.revive(trap.exception?.arguments ?? []);
    for (const frame of trap.frames) kept.revive(frame.locals);
    const { cause } = this.#calls;
    if (trap.kind === "Host" && cause) trap.cause = cause.cause;
    // What JavaScript threw came out again as the exception that it was in the guest.
    if (trap.exception?.tag === hostTag()) trap.cause = trap.exception.arguments[0].value;
    return trap;
  }

  // ---- steps and runs ----

  step() {
    const raw = this.#raw;
    if (!this.#calls.isDue) {
      const stop = this.#advance(() => raw.step());
      if (stop !== "AwaitingHost") return { reason: stop };
    }
    do this.#answer();
    while (this.#calls.isDue);
    this.#pauseWanted = false;
    return { reason: raw.state === "Paused" ? "Step" : raw.state };
  }

  /** Runs until `depth` calls are left, for at most `fuel` instructions. */
  run(fuel = Infinity, depth = NO_BOUND) {
    const raw = this.#raw;
    const begin = raw.time;
    for (;;) {
      const left = fuel === Infinity ? NO_BOUND : Math.max(0, fuel - Number(raw.time - begin));
      if (!this.#calls.isDue) {
        const stop = this.#run(left, depth, true);
        if (stop !== "AwaitingHost") return { reason: stop };
      }
      this.#answer();
      if (this.#calls.isDue) continue;
      if (raw.state !== "Paused") return { reason: raw.state };
      if (this.#pauseWanted) {
        this.#pauseWanted = false;
        return { reason: "Paused" };
      }
    }
  }

  /** Makes a run in slices: the event loop gets turns, promises are waited for, `signal` stops it. */
  async inSlices(run, fuel, signal) {
    const raw = this.#raw;
    const slices = new Slices(signal);
    const begin = raw.time;
    const begun = this.#begun;
    signal?.throwIfAborted();
    for (;;) {
      const left = fuel === Infinity ? Infinity : Math.max(0, fuel - Number(raw.time - begin));
      const stop = slices.run(run, left);
      if (stop.reason === "OutOfFuel" && Number(raw.time - begin) < fuel) await slices.turn();
      else if (stop.reason === "AwaitingHost" && this.#calls.promise !== null) await abortable(this.#calls.promise, signal);
      else return stop;
      if (begun !== this.#begun) throw new UsageError("the run was dropped: another call has begun");
      // The answer may have ended the call.
      if (raw.state !== "Paused" && raw.state !== "AwaitingHost") return { reason: raw.state };
    }
  }

  /** The running `run` stops after the host call that is being answered, or the message that is being told. */
  pause() {
    this.#pauseWanted = true;
  }

  // ---- what happens on the way ----

  /** Lets the raw layer execute, and tells what has happened. */
  #advance(execute) {
    this.#growth.before();
    const stop = guarded(execute);
    this.#growth.after();
    if (stop === "Trapped") this.tellTrap();
    return stop;
  }

  /** Lets the machine run on until there is more to do than to tell what breakpoints write. */
  #run(fuel, depth, canPause = false) {
    const raw = this.#raw;
    const begin = raw.time;
    for (let left = fuel; ; left = fuel === NO_BOUND ? fuel : fuel - Number(raw.time - begin)) {
      const stop = this.#advance(() => raw.run(left, depth));
      if (stop !== "Log") return stop;
      this.#tellLog();
      // Whoever was told may have gone elsewhere.
      if (raw.state !== "Paused") return raw.state;
      if (canPause && this.#pauseWanted) {
        this.#pauseWanted = false;
        return "Paused";
      }
    }
  }

  /** Tells what breakpoints have written. In the past too: what is run again is written again. */
  #tellLog() {
    const { events, instances, raw } = this.#machine;
    for (const { instance, ...message } of parse(raw.takeLog()).messages) {
      events.tell("output", { ...message, interpreter: instances.get(instance)?.interpreter ?? null });
    }
  }

  #answer() {
    this.#growth.before();
    const name = this.#calls.answer();
    this.#growth.after();
    return name;
  }

  /** Tells that the machine has trapped. A trap that is met again, since the machine went back, is not told again. */
  tellTrap() {
    const { events, raw } = this.#machine;
    if (!events.wanted("trap") || raw.inPast) return;
    const { time, actions } = parse(raw.moment);
    if (this.#told?.time === time && this.#told.actions === actions) return;
    this.#told = { time, actions };
    events.tell("trap", this.trapInfo());
  }
}
