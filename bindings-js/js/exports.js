// What an instance exports, as JavaScript holds it.
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { MemoryView, TableView, made } from "./memory.js";
import { place } from "./places.js";
import { toRaw } from "./values.js";

export class Global {
  #live;
  #machine;
  #index;

  constructor(key, live, machine, index, type) {
    if (key !== made) throw new UsageError("a Global is among the exports of an Interpreter");
    this.#live = live;
    this.#machine = machine;
    this.#index = index;
    this.type = type.content;
    this.mutable = type.mutable;
  }

  get value() {
    return this.#machine.toJs(parse(this.#live().global(this.#index)));
  }
  set value(value) {
    const raw = toRaw(this.type, value, `global ${this.#index}`, this.#machine.kept);
    guarded(() => this.#live().setGlobal(this.#index, raw));
  }
  valueOf() {
    return this.value;
  }
}

export class Tag {
  constructor(key, type) {
    if (key !== made) throw new UsageError("a Tag is among the exports of an Interpreter");
    this.parameters = Object.freeze(type.params);
  }
}

/** The memory of an instance at an index. */
export function memoryOf(live, machine, index) {
  return place(new MemoryView(made, live, index), machine, "memory", live().address("memory", index));
}

/** The table of an instance at an index. */
export function tableOf(live, machine, index) {
  return place(new TableView(made, live, machine, index), machine, "table", live().address("table", index));
}

/** One export of an instance. */
function exported({ kind, index, ...type }, live, machine) {
  const address = live().address(kind, index);
  switch (kind) {
    case "func":
      return machine.callable(address);
    case "memory":
      return memoryOf(live, machine, index);
    case "table":
      return tableOf(live, machine, index);
    case "global":
      return place(new Global(made, live, machine, index, type), machine, kind, address);
    default:
      return place(new Tag(made, type.type), machine, kind, address);
  }
}

/** All exports of an instance by name. */
export function makeExports(descriptors, live, machine) {
  const exports = Object.create(null);
  for (const { name, ...descriptor } of descriptors) {
    Object.defineProperty(exports, name, { value: exported(descriptor, live, machine), enumerable: true });
  }
  return Object.freeze(exports);
}
