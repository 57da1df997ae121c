// From JavaScript's values to WebAssembly's, by the rules of the WebAssembly JavaScript interface, and back.
import { UsageError } from "./errors.js";
import { describe } from "./given.js";

const LEAST_CROWD = 1000;

/** JavaScript values that the guest holds as `externref`: the raw layer knows them by number. */
export class KeptValues {
  #values = new Map();
  #numbers = new Map();
  #next = 0;
  /** From how many values on it is worth asking which of them the guest still holds. */
  #crowd = LEAST_CROWD;
  /** The address of what is a function of this machine. */
  #addressOf;

  constructor(addressOf) {
    this.#addressOf = addressOf;
  }

  number(value) {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#next;
      this.put(number, value);
    }
    return number;
  }

  value(number) {
    return this.#values.get(number);
  }

  /** Gives a number that another machine gave a meaning here. */
  put(number, value) {
    this.#values.set(number, value);
    this.#numbers.set(value, number);
    this.#next = Math.max(this.#next, number + 1);
  }

  get isCrowded() {
    return this.#values.size >= this.#crowd;
  }

  /** Forgets all values but those with these numbers. */
  keepOnly(numbers) {
    const kept = [...numbers].map((number) => [number, this.#values.get(number)]);
    this.#values = new Map(kept);
    this.#numbers = new Map(kept.map(([number, value]) => [value, number]));
    this.#crowd = Math.max(LEAST_CROWD, 2 * kept.length);
  }

  /** The address of a function of this machine, a callable or what inspection shows; undefined for anything else. */
  functionAddress(value) {
    return this.#addressOf(value);
  }

  /** Puts the embedder's own values back into typed values, and returns them. */
  revive(values) {
    for (const value of values) {
      if (typeof value.value?.kept === "number") value.value = this.value(value.value.kept);
    }
    return values;
  }
}

/** A number, or a clear error where JavaScript has no conversion. */
function toNumber(value, type, where) {
  try {
    return Number(value);
  } catch (cause) {
    throw new UsageError(`${where}: ${describe(value)} cannot become ${type}`, { cause });
  }
}

function toBigInt(value, where) {
  if (typeof value === "bigint") return value;
  // The interface's ToBigInt64: no numbers, since they would lose precision silently.
  if (typeof value === "number") throw new UsageError(`${where}: i64 wants a BigInt, not the number ${value}`);
  try {
    return BigInt(value);
  } catch (cause) {
    throw new UsageError(`${where}: ${describe(value)} cannot become i64`, { cause });
  }
}

/** What the raw layer takes for a value of a type. */
export function toRaw(type, value, where, kept) {
  switch (type) {
    case "i32":
      if (typeof value === "bigint") {
        throw new UsageError(`${where}: i32 wants a number, not the BigInt ${describe(value)}`);
      }
      return toNumber(value, type, where) | 0;
    case "i64":
      return BigInt.asIntN(64, toBigInt(value, where));
    case "f32":
      return Math.fround(toNumber(value, type, where));
    case "f64":
      return toNumber(value, type, where);
    case "v128":
      if (typeof value !== "bigint") throw new UsageError(`${where}: v128 wants a BigInt of 128 bits`);
      return BigInt.asUintN(128, value);
    case "externref":
    case "(ref extern)":
      if (value !== null) return ownReference(value) ?? { kept: kept.number(value) };
      if (type === "externref") return null;
      throw new UsageError(`${where}: ${type} wants anything but null`);
    case "funcref":
      if (value === null) return null;
      return functionAddress(value, kept) ?? noFunction(value, where);
    default:
      return toRawReference(value, kept);
  }
}

/** The address of a function of the machine; undefined for what is no reference to a function at all. */
function functionAddress(value, kept) {
  const address = kept.functionAddress(value);
  return Number.isInteger(address) && address >= 0 && address < 2 ** 32 ? address : undefined;
}

function noFunction(value, where) {
  const what = typeof value === "function" ? "a function that no instance of this machine has" : describe(value);
  throw new UsageError(`${where}: funcref wants null or a function of an instance, not ${what}`);
}

/** A reference that Flight itself has handed out, as the raw layer takes it. */
function ownReference(value) {
  if (typeof value?.handle === "number" && typeof value.generation === "number") return value;
  return typeof value?.i31 === "number" ? value : null;
}

/** Whether a number fits an unboxed integer, as the interface's ToWebAssemblyValue asks for anyref. */
const isI31 = (value) => Number.isInteger(value) && value >= -(2 ** 30) && value < 2 ** 30 && !Object.is(value, -0);

/** References of the other types: functions and objects of this interpreter, small integers, anything else kept. */
function toRawReference(value, kept) {
  if (value === null) return null;
  const address = functionAddress(value, kept);
  if (address !== undefined) return address;
  if (isI31(value)) return { i31: value };
  return ownReference(value) ?? { kept: kept.number(value) };
}

/** Values for a function's parameters, of which there must be as many as it has. */
export function toRawArguments(types, values, where, kept) {
  if (values.length !== types.length) {
    throw new UsageError(`${where} takes ${types.length} arguments, ${values.length} are given`);
  }
  return toArguments(types, values, where, kept);
}

/** Values for a function's parameters by the rules of the JavaScript interface: absent ones are undefined, more are left out. */
export function toArguments(types, values, where, kept) {
  return types.map((type, index) => toRaw(type, values[index], `argument ${index} of ${where}`, kept));
}

/** A host function's return value as a list, one for each of the result types. */
export function toRawResults(types, returned, where, kept) {
  let values = [];
  if (types.length === 1) values = [returned];
  if (types.length > 1) {
    if (returned === null || typeof returned?.[Symbol.iterator] !== "function") {
      throw new UsageError(`${where} must return ${types.length} values in an array`);
    }
    values = [...returned];
    if (values.length !== types.length) {
      throw new UsageError(`${where} must return ${types.length} values, not ${values.length}`);
    }
  }
  return types.map((type, index) => toRaw(type, values[index], `result ${index} of ${where}`, kept));
}
