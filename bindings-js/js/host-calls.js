// Answers a machine's host calls with what JavaScript functions return or throw.
// In the past they are not called: what they did is in the record.
import { parse } from "./crossing.js";
import { hostTag } from "./raw/flight.js";
import { UsageError, guarded } from "./errors.js";
import { toThrow } from "./exceptions.js";
import { isBefore } from "./moment.js";
import { toRawResults } from "./values.js";

/** Most errors that are kept for traps that may be gone back to. */
const MOST_CAUSES = 100;

/** What was thrown, in words. */
function describe(error) {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "something that cannot be told in words";
  }
}

export class HostCalls {
  #machine;
  /** How many imported functions are running just now. */
  #running = 0;
  /**
   * The call that a promise is to answer: the moment at which it waits, the promise, and, once that has settled
   * while the machine was in its past, what is to be done when the machine comes back.
   */
  #promised = null;
  /** What imported functions threw that made the machine trap, and how many actions were recorded by then. */
  #causes = [];

  constructor(machine) {
    this.#machine = machine;
  }

  get running() {
    return this.#running > 0;
  }

  /** The promise that the machine waits for, or null. */
  get promise() {
    return this.#waiting()?.promise ?? null;
  }

  /** Whether the machine stands at a host call that can be answered now: `answer` will go on from here. */
  get isDue() {
    const raw = this.#machine.raw;
    // Asked in any state, so that a promise is forgotten before the machine goes another way.
    const promised = this.#waiting();
    if (this.running || raw.state !== "AwaitingHost") return false;
    return promised === null || promised.settle !== null;
  }

  /** Answers the call that the machine waits for, unless a promise is to: the imported function's name. */
  answer() {
    const raw = this.#machine.raw;
    const { function: address, arguments: given } = parse(raw.hostCall());
    const host = this.#machine.host(address);
    const name = `${host.descriptor.module}.${host.descriptor.name}`;
    const promised = this.#waiting();
    if (raw.inPast) this.#repeat(raw);
    else if (promised === null) this.#call(host, given, name);
    else promised.settle?.();
    return name;
  }

  /** What an imported function threw so that the machine has trapped, in an object; undefined if none has. */
  get cause() {
    const { actions } = parse(this.#machine.raw.moment);
    return this.#causes.findLast((cause) => cause.actions <= actions);
  }

  /** Gives up the call that a promise is to answer. */
  forget() {
    this.#promised = null;
  }

  /** Does again what was done here next. */
  #repeat(raw) {
    const { time, actions, trapped } = parse(raw.moment);
    guarded(() => raw.seekMoment(time, actions + 1, trapped));
  }

  #call({ descriptor, call: imported, interpreter }, given, name) {
    const args = given.map((argument) => this.#machine.toJs(argument));
    const call = { descriptor, name, args };
    let returned;
    let promise = null;
    const { depth } = this.#machine.raw;
    this.#running += 1;
    try {
      returned = imported.apply(interpreter, args);
      // As `await` does: what has a `then` need not be a promise otherwise.
      if (typeof returned?.then === "function") promise = Promise.resolve(returned);
    } catch (error) {
      this.#leave(depth);
      this.#throwInto(error, call);
      return;
    } finally {
      this.#running -= 1;
    }
    this.#leave(depth);
    if (promise !== null) this.#await(promise, call);
    else this.#answerWith(returned, call);
  }

  /** An imported function may have begun calls and not ended them, or have freed the machine. */
  #leave(depth) {
    this.#machine.raw.leaveNested(depth);
  }

  #answerWith(returned, call) {
    const { descriptor, name } = call;
    try {
      const results = toRawResults(descriptor.type.results, returned, name, this.#machine.kept);
      guarded(() => this.#machine.raw.answer(results));
    } catch (error) {
      this.#throwInto(error, call);
      return;
    }
    this.#tell(call, { result: returned });
  }

  /** Tells those who listen for calls of imported functions that one has been answered. */
  #tell({ descriptor, args }, end) {
    const { events, raw } = this.#machine;
    if (!events.wanted("hostcall")) return;
    const { module, name } = descriptor;
    events.tell("hostcall", { module, name, arguments: args, time: raw.time, ...end });
  }

  /** The machine traps; the trap carries what was thrown. */
  #throwInto(error, call) {
    const raw = this.#machine.raw;
    guarded(() => this.#throw(error));
    const { actions } = parse(raw.moment);
    // Where the past has been changed, later ones belong to a future that is gone.
    const earlier = this.#causes.filter((cause) => cause.actions < actions);
    this.#causes = [...earlier.slice(1 - MOST_CAUSES), { actions, cause: error }];
    this.#tell(call, { error });
    if (raw.state === "Trapped") this.#machine.runner.tellTrap();
  }

  /** Throws it into the guest as an exception, or if that has nothing for it lets the machine trap. */
  #throw(error) {
    const machine = this.#machine;
    const { raw, kept } = machine;
    const thrown = toThrow(error, machine);
    if (thrown !== null) raw.throwException(thrown.tag, thrown.values);
    else if (raw.wouldCatch(hostTag())) raw.throwException(hostTag(), [{ kept: kept.number(error) }]);
    else raw.fail(describe(error));
  }

  /** Goes on when the promise settles, unless the call has been dropped by then. */
  #await(promise, call) {
    const promised = { moment: parse(this.#machine.raw.moment), promise: null, settle: null };
    const settled = (act) => (value) => {
      if (this.#promised !== promised) return;
      promised.settle = () => {
        this.#promised = null;
        act(value);
      };
      if (this.#waiting() === promised) promised.settle();
    };
    promised.promise = promise.then(
      settled((value) => this.#answerWith(value, call)),
      settled((error) => this.#throwInto(error, call)),
    );
    this.#promised = promised;
  }

  /** The call with a promise, if the machine stands there. */
  #waiting() {
    const promised = this.#promised;
    if (promised === null) return null;
    const raw = this.#machine.raw;
    if (raw.inPast) return null;
    if (raw.state === "AwaitingHost" && !isBefore(parse(raw.moment), promised.moment)) return promised;
    // The machine has taken another way.
    this.#promised = null;
    return null;
  }
}
