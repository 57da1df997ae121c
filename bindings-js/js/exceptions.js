// Exceptions that JavaScript throws into a guest, and those that come out of one.
import { Trap, UsageError } from "./errors.js";
import { placeOf } from "./places.js";
import { toRaw } from "./values.js";

/** Stands for the tag that every machine has for what is thrown and is no exception of a guest's. */
export const JSTag = Object.freeze({ kind: "tag", parameters: Object.freeze(["externref"]) });

/** The values of an exception as the raw layer takes them. */
function toRawValues(types, values, kept) {
  if (values.length !== types.length) {
    throw new UsageError(`the exception carries ${types.length} values, ${values.length} are given`);
  }
  return types.map((type, index) => toRaw(type, values[index], `value ${index} of the exception`, kept));
}

export class Exception extends Error {
  constructor(tag, values = []) {
    const at = placeOf(tag);
    if (at?.kind !== "tag") throw new UsageError("an Exception has a Tag that an instance exports");
    if (!Array.isArray(values)) throw new UsageError("the values of an Exception are an array");
    // Values that do not fit are told where they are given.
    toRawValues(tag.parameters, values, at.machine.kept);
    super("an exception for a guest");
    this.name = "Exception";
    this.tag = tag;
    this.values = Object.freeze([...values]);
  }
}

/** Whether something is of a class. What is thrown may be an object that refuses to be looked at. */
function isA(value, Class) {
  try {
    return value instanceof Class;
  } catch {
    return false;
  }
}

/**
 * What the guest is to be thrown for what an imported function has thrown: the address of a tag and raw values.
 * Null if it is nothing that the guest could know.
 */
export function toThrow(error, machine) {
  const { kept } = machine;
  if (isA(error, Exception)) {
    const at = placeOf(error.tag);
    if (at?.machine === machine) return { tag: at.address, values: toRawValues(error.tag.parameters, error.values, kept) };
  }
  // What a guest that the function called has thrown goes on through the one that called the function.
  const at = isA(error, Trap) ? placeOf(error) : undefined;
  if (at?.machine === machine && error.info.exception !== null) {
    const { tag, arguments: carried } = error.info.exception;
    const values = carried.map(({ type, value }) => toRaw(type, value, "a value of the exception", kept));
    return { tag, values };
  }
  return null;
}
