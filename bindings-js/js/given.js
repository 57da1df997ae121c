// Reads what callers give: a mistake of theirs is an error that names it, whatever it is that they have given.
import { UsageError } from "./errors.js";

/** So much of a text stands in a message. */
const LONGEST = 100;

/** A value in a message. Objects are not asked for their text: they may have none, or throw. */
export function describe(value) {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
    case "bigint":
      return BigInt.asIntN(129, value) === value ? `${value}n` : "a BigInt of more than 128 bits";
    case "object":
      return value === null ? "null" : "an object";
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

/** Options: an object, or none. */
export function toOptions(given = {}) {
  if (typeof given === "object" && given !== null) return given;
  throw new UsageError(`options are given as an object, not as ${describe(given)}`);
}

/** An object that names something. */
export function toFields(given, what) {
  if (typeof given === "object" && given !== null) return given;
  throw new UsageError(`${what} is given as an object, not as ${describe(given)}`);
}

/** An index as the raw layer takes it. */
export function toIndex(index, what) {
  if (Number.isInteger(index) && index >= 0 && index < 2 ** 32) return index;
  throw new UsageError(`${describe(index)} is no number of a ${what}`);
}

/** How many of something are wanted, as the raw layer takes it: more than there can be are all. */
export function toCount(count, what) {
  if (typeof count === "number" && count >= 0) return Math.min(Math.floor(count), 2 ** 32 - 1);
  throw new UsageError(`${describe(count)} is no number of ${what}`);
}

/** Something that may be left out: undefined then, and what `read` makes of it otherwise. */
export const toOptional = (value, what, read) => (value === undefined || value === null ? undefined : read(value, what));

export function toText(text, what) {
  if (typeof text === "string") return text;
  throw new UsageError(`${what} is a string, not ${describe(text)}`);
}

/** Bytes to be read at once. Views of what has been given away have none left. */
export function toBytes(bytes, what) {
  if (!(bytes instanceof Uint8Array)) throw new UsageError(`${what} is a Uint8Array, not ${describe(bytes)}`);
  return bytes.length === 0 ? new Uint8Array(0) : bytes;
}

/** A signal that may stop something; or undefined. */
export function toSignal(signal) {
  const isSignal = (given) => typeof given?.throwIfAborted === "function" && typeof given.addEventListener === "function";
  if (signal === undefined || isSignal(signal)) return signal;
  throw new UsageError(`signal is an AbortSignal, not ${describe(signal)}`);
}
