// Values, as they cross and as inspection shows them.
import type { Interpreter } from "./index.js";
import type { Trap } from "./errors.js";

/** The commonest types of values, as the text format writes them. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "funcref" | "externref" | "anyref" | "exnref";

/**
 * A value as it crosses into or out of a call, by the rules of the WebAssembly JavaScript interface: `i64` is always a
 * `BigInt` and so is `v128`, the other numbers are `number`; a function of an instance is a {@link GuestFunction};
 * a small integer as a reference is a `number`, an object of the guest's an {@link ObjectReference}, anything else
 * the JavaScript value that it is.
 */
export type WasmValue = number | bigint | GuestFunction | ObjectReference | null | unknown;

/**
 * A function of an instance, as JavaScript calls it: the same one whenever it crosses. It can be given as a `funcref`
 * to instances of the same store, and as an import to any module. Its `name` is its index in its module.
 * Arguments that are missing are `undefined`, further ones are left out. Throws {@link Trap}.
 */
export type GuestFunction = (...args: any[]) => any;

/** A reference to a function, as inspection shows it. */
export interface FunctionReference {
  /** The function's index in the module; `null` for a function of another one. */
  readonly function: number | null;
  /** Its name in the name section, else as an export or import; for a function of JavaScript's the import's two names with a dot between. `null` if it has none. */
  readonly name: string | null;
  /** Where the interpreter holds it: the reference can be handed back to the same interpreter as an argument. */
  readonly address: number;
}

/**
 * A reference to a structure, an array or an exception on the interpreter's heap.
 * It can be handed back to the same interpreter; {@link Interpreter.object} shows its parts.
 */
export interface ObjectReference {
  /** "gone" in a journal: it is not on the heap at the present moment. */
  readonly object: "struct" | "array" | "exception" | "gone";
  /** The name of its type, or of its tag. `null` if that has none, or the object is gone. */
  readonly name: string | null;
  /** How many fields, elements or arguments it has; 0 if it is gone. */
  readonly length: number;
  /** The number of its place on the heap. A collected object's place is used again. */
  readonly handle: number;
  /** Tells the object from those that had the same place before. */
  readonly generation: number;
}

/** A reference to an unboxed integer of 31 bits. */
export interface I31Reference {
  /** The integer, signed: from -2^30 to 2^30 - 1. */
  readonly i31: number;
}

/** A part of an object: a field, an element or an argument. */
export interface ObjectPart extends TypedValue {
  /** Its position in the object, from 0 on. */
  readonly index: number;
  /** The field's name in the name section; `null` if it has none there, and for elements and arguments. */
  readonly name: string | null;
  /** What it is stored as: "i8" or "i16" for a packed one, whose value is shown without sign, else its type. */
  readonly storage: string;
  /** Whether the guest can change it. */
  readonly mutable: boolean;
}

/** An object of the heap with some of its parts. */
export interface ObjectView {
  /** What it is: its parts are fields, elements, or an exception's arguments. */
  readonly kind: "struct" | "array" | "exception";
  /** The name of its type, or of an exception's tag; `null` if that has none. */
  readonly name: string | null;
  /** Its type in words, such as "struct (mut i32) i64"; of an exception the types of its arguments. */
  readonly type: string;
  /** How many parts it has in all. */
  readonly length: number;
  /** The parts that were asked for, in order. */
  readonly parts: readonly ObjectPart[];
}

/** A typed value, as inspection shows it. */
export interface TypedValue {
  /** The value's type, as the text format writes it. */
  readonly type: ValueType | string;
  /** `number` for i32 (signed), f32, f64; `bigint` for i64 (signed) and v128 (unsigned bits); for references `null`, a {@link FunctionReference}, an {@link ObjectReference}, an {@link I31Reference}, or the host's value. */
  readonly value: number | bigint | FunctionReference | ObjectReference | I31Reference | null | unknown;
  /** The bits of a number in hexadecimal, without prefix, at full width: what tells NaNs apart. Absent for references. */
  readonly bits?: string;
}
