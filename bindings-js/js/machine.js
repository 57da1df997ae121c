// A machine: what linked interpreters share. It holds a store, values of JavaScript's, and the functions that it can call.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { Events } from "./events.js";
import { freeRaw } from "./freeing.js";
import { HostCalls } from "./host-calls.js";
import { place, placeOf } from "./places.js";
import { Runner } from "./runner.js";
import { KeptValues, toArguments } from "./values.js";

export class Machine {
  kept = new KeptValues((thing) => this.#functionAddress(thing));
  events = new Events();
  calls = new HostCalls(this);
  runner = new Runner(this);
  /** The interpreters of the instances that JavaScript knows, with their raw ones, by the instances' numbers. */
  instances = new Map();
  /** A raw interpreter of its own: it lives until the last of the interpreters has been freed. */
  #raw = null;
  /** JavaScript functions that the guest calls, by address. */
  #hosts = new Map();
  #described = new Map();
  #callables = new Map();

  /** The raw interpreter for what concerns the whole machine. */
  get raw() {
    if (this.#raw === null) throw new UsageError("the interpreter has been freed");
    return this.#raw;
  }

  /** Takes an instance in: its interpreter, its raw one, and the JavaScript functions that it imports. */
  join(interpreter, raw, functions) {
    this.#raw ??= raw.neighbour(raw.instance);
    this.instances.set(raw.instance, { interpreter, raw });
    for (const { index, descriptor, call } of functions) {
      const address = raw.address("func", index);
      this.#hosts.set(address, { descriptor, call, interpreter });
    }
  }

  /** An interpreter has been freed; with the last one the machine goes. */
  leave(instance) {
    this.instances.delete(instance);
    if (this.instances.size > 0) return;
    if (this.#raw !== null) freeRaw(this.#raw, "interpreter");
    this.#raw = null;
    this.calls.forget();
  }

  /** The JavaScript function at an address, with its descriptor and the interpreter that imports it. */
  host(address) {
    return this.#hosts.get(address);
  }

  /** Forgets the values that the guest does not hold any more, now and then. A record may still need them all. */
  forgetValues() {
    if (this.kept.isCrowded && !this.#raw.isRecording && !this.calls.running) this.kept.keepOnly(this.#raw.heldReferences());
  }

  /** A function's types, name and index. */
  describe(address) {
    if (!this.#described.has(address)) this.#described.set(address, guarded(() => parse(this.raw.describeFunction(address))));
    return this.#described.get(address);
  }

  /** The function at an address as JavaScript calls it: always the same one. */
  callable(address) {
    const known = this.#callables.get(address);
    if (known !== undefined) return known;
    const { type, name, function: index } = this.describe(address);
    const called = name ?? `function ${index ?? address}`;
    const callable = (...given) => this.runner.call(address, toArguments(type.params, given, called, this.kept), called);
    // As in the JavaScript interface: how many parameters, and the number of the function.
    Object.defineProperties(callable, {
      length: { value: type.params.length, configurable: true },
      name: { value: String(index ?? address), configurable: true },
    });
    this.#callables.set(address, place(callable, this, "func", address));
    return callable;
  }

  /** The address of a function of this machine, however JavaScript holds it; undefined for anything else. */
  #functionAddress(thing) {
    const at = placeOf(thing);
    if (at !== undefined) return at.machine === this && at.kind === "func" ? at.address : undefined;
    return typeof thing === "object" && typeof thing?.address === "number" ? thing.address : undefined;
  }

  /** A value as it crosses a call to JavaScript, from the plain data that the raw layer gives. */
  toJs({ value }) {
    if (typeof value !== "object" || value === null) return value;
    if ("kept" in value) return this.kept.value(value.kept);
    if ("i31" in value) return value.i31;
    return "address" in value ? this.callable(value.address) : value;
  }
}
