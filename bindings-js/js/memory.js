// Views of memories and tables: they hold no bytes, each look asks the machine.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { describe, toBytes, toCount, toIndex } from "./given.js";
import { buffer } from "./init.js";
import { toRaw } from "./values.js";

/** With this an instance makes what it hands out; nobody else has it. */
export const made = Symbol("made by an instance");

/** An address as the raw layer takes it. */
function toAddress(address) {
  const whole = typeof address === "bigint" || Number.isSafeInteger(address);
  if (!whole || address < 0) throw new UsageError(`${describe(address)} is no address`);
  return BigInt.asUintN(64, BigInt(address));
}

/** By how much something is to grow, as the raw layer takes it. */
function toDelta(delta) {
  const whole = typeof delta === "bigint" || Number.isSafeInteger(delta);
  if (!whole || delta < 0 || BigInt(delta) >= 2n ** 64n) throw new UsageError(`nothing grows by ${describe(delta)}`);
  return BigInt(delta);
}

export class MemoryView {
  #live;

  constructor(key, live, index) {
    if (key !== made) throw new UsageError("a MemoryView is had from an Interpreter");
    this.#live = live;
    this.index = toIndex(index, "memory");
    // Asks for the size, so that a memory that does not exist is refused here.
    guarded(() => live().memorySize(index));
  }

  get size() {
    return guarded(() => this.#live().memorySize(this.index));
  }

  get bytes() {
    return this.view(0, this.size);
  }

  view(address, length = this.size - Number(address)) {
    const whole = typeof length === "bigint" || Number.isSafeInteger(length);
    if (!whole || length < 0) throw new UsageError(`a view has no length of ${describe(length)}`);
    const pointer = guarded(() => this.#live().openMemory(this.index, toAddress(address), Number(length)));
    // The buffer is asked for last: opening may have made Flight's own memory grow.
    return new Uint8Array(buffer(), pointer, Number(length));
  }

  read(address, length) {
    return guarded(() => this.#live().readMemory(this.index, toAddress(address), toCount(length, "bytes")));
  }

  write(address, bytes) {
    const given = toBytes(bytes, "what is written");
    guarded(() => this.#live().writeMemory(this.index, toAddress(address), given));
  }

  grow(pages) {
    return guarded(() => this.#live().growMemory(this.index, toDelta(pages)));
  }
}

export class TableView {
  #live;
  #machine;

  constructor(key, live, machine, index) {
    if (key !== made) throw new UsageError("a TableView is had from an Interpreter");
    this.#live = live;
    this.#machine = machine;
    this.index = toIndex(index, "table");
    this.element = guarded(() => parse(live().table(index))).element;
  }

  get size() {
    return Number(guarded(() => parse(this.#live().table(this.index))).size);
  }

  get(entry) {
    const [typed] = this.#entries(entry, 1);
    if (typed === undefined) throw new UsageError(`table ${this.index} has no entry ${describe(entry)}`);
    return this.#machine.toJs(typed);
  }

  set(entry, value) {
    const raw = toRaw(this.element, value, `entry ${describe(entry)} of table ${this.index}`, this.#machine.kept);
    guarded(() => this.#live().setTableEntry(this.index, toAddress(entry), raw));
  }

  grow(delta, value = null) {
    const raw = toRaw(this.element, value, `a new entry of table ${this.index}`, this.#machine.kept);
    return guarded(() => this.#live().growTable(this.index, toDelta(delta), raw));
  }

  entries(first, count) {
    return this.#machine.kept.revive(this.#entries(first, count));
  }

  #entries(first, count) {
    return guarded(() => parse(this.#live().tableEntries(this.index, toAddress(first), toCount(count, "entries"))));
  }
}
