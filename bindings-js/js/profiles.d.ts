// What ran, and how often: answers of the past.
import type { Moment } from "./past.js";
import type { FunctionReference } from "./values.js";

/** What a profile or coverage is made of. */
export interface ProfileOptions {
  /** Where it begins: at a moment, or before all that was done at a time. At the beginning of the record if left out. */
  readonly from?: number | bigint | Moment;
}

/** What was executed between two moments. */
export interface Profile {
  /** The moment that `from` names, or the beginning of the record. */
  readonly begin: Moment;
  /** The moment at which the profile was asked for. */
  readonly end: Moment;
  /** How many instructions: the difference of the two times, and the sum of those of all functions. */
  readonly instructions: bigint;
  /** The functions that ran or were called; the one that executed the most instructions first. */
  readonly functions: readonly FunctionProfile[];
}

/** What a function did between two moments. */
export interface FunctionProfile {
  /** The number of the instance that the function belongs to; `null` for an imported function of JavaScript's. */
  readonly instance: number | null;
  /** The function's index in the module of its instance; of an imported one in this module, `null` if it does not import it. */
  readonly function: number | null;
  /** The function's name, as in {@link FunctionReference}; `null` if it has none. */
  readonly name: string | null;
  /** True for an imported function of JavaScript's. */
  readonly host: boolean;
  /** How often it was called, tail calls included; a call that was under way at the beginning does not count. */
  readonly calls: number;
  /** The instructions that it executed itself. One that trapped has taken no time, and does not count. */
  readonly instructions: bigint;
  /** The instructions that were executed while a call of it was under way, each once, also if it called itself. */
  readonly total: bigint;
  /** The byte offsets of its instructions that ran, in order; none for an imported function. */
  readonly offsets: Uint32Array;
  /** How often each of these ran. */
  readonly counts: Float64Array;
}

/** Which instructions of a function ran, by their byte offsets in the module, in order. */
export interface FunctionCoverage {
  /** The function's index in the module. */
  readonly function: number;
  /** The function's name in the name section, else as an export or import; `null` if it has none. */
  readonly name: string | null;
  /** Those that ran. One that trapped was come to, and is here. */
  readonly offsets: Uint32Array;
  /** All others. */
  readonly missed: Uint32Array;
}
