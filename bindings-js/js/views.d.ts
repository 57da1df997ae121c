// What can be seen of a machine: plain data.
import type { Interpreter } from "./index.js";
import type { JSTag } from "./exports.js";
import type { FunctionReference, TypedValue } from "./values.js";

/** A parameter or local of a call, with its value. */
export interface Local extends TypedValue {
  /** Its index in the function; parameters come first. */
  readonly index: number;
  /** Its name in the name section; `null` if it has none there. */
  readonly name: string | null;
  /** Whether it is a parameter. */
  readonly parameter: boolean;
}

/** A label that a branch can go to. */
export interface Label {
  /** What opened it: a block instruction, the second part of an `if`, or the function itself. */
  readonly kind: "block" | "loop" | "if" | "else" | "func" | string;
  /** Offset of the instruction that opened it; for "func" of the function's first instruction. */
  readonly offset: number;
  /** Operand height at the label, in values. */
  readonly height: number;
  /** How many operands a branch to it carries. */
  readonly arity: number;
}

/** A call frame; innermost first in {@link Interpreter.frames}. */
export interface Frame {
  /** The number of the instance that the function belongs to; `null` for an imported function of JavaScript's. */
  readonly instance: number | null;
  /** The function's index in the module of its instance; of an imported function of JavaScript's its address in the store. */
  readonly function: number;
  /** The function's name, as in {@link FunctionReference}; `null` if it has none. */
  readonly name: string | null;
  /** True for an imported function that waits for its answer. */
  readonly host: boolean;
  /** The next instruction's byte offset (innermost frame), or the call instruction's (outer frames); `null` in a host frame. */
  readonly offset: number | null;
  /** That instruction as text, with immediates ("i32.const 5"); `null` in a host frame. */
  readonly instruction: string | null;
  /** The parameters and locals, by index; in a host frame the arguments. */
  readonly locals: readonly Local[];
  /** This frame's operands, bottom first. */
  readonly operands: readonly TypedValue[];
  /** The labels that are open at that instruction, outermost first. */
  readonly labels: readonly Label[];
}

/** What the next instruction is about to do. */
export interface Explanation {
  /** The instruction's byte offset in the module. */
  readonly offset: number;
  /** Its name alone, such as "i32.const". */
  readonly mnemonic: string;
  /** Its name and immediates, such as "i32.const 5". */
  readonly instruction: string;
  /** The operands that it takes, deepest first. */
  readonly takes: readonly TypedValue[];
  /** What it pushes, where that can be known beforehand; `null` where it cannot. */
  readonly gives: readonly TypedValue[] | null;
  /** One sentence in words. */
  readonly text: string;
}

/** An exception. */
export interface ExceptionInfo {
  /** The address of its tag in the store. */
  readonly tag: number;
  /** The tag's name in the name section, else as an export or import; `null` if it has none. */
  readonly name: string | null;
  /** What it carries: a value for each of the tag's parameters. */
  readonly arguments: readonly TypedValue[];
}

/** One call that had not returned when execution trapped. */
export interface TrapFrame {
  /** The function's index in the module of its instance; of an imported function of JavaScript's its address in the store. */
  readonly function: number;
  /** The function's name, as in {@link FunctionReference}; `null` if it has none. */
  readonly name: string | null;
  /** The byte offset of the instruction that trapped (innermost frame), or of the call (outer frames); `null` for an imported function. */
  readonly offset: number | null;
  /** The parameters and locals, by index; of an imported function the arguments. */
  readonly locals: readonly Local[];
}

/** A trap: why, where, and with which operands. */
export interface TrapInfo {
  /** The kind's name, e.g. "IntegerDivideByZero", "MemoryOutOfBounds", "Unreachable", "CallStackExhausted", "Host". */
  readonly kind: string;
  /** The kind in the official suite's words. */
  readonly message: string;
  /** A sentence that says what happened with the operands at hand. */
  readonly explanation: string;
  /** The byte offset in the module of the instruction that trapped, or of the call of the imported function that did; `null` if there was none. */
  readonly offset: number | null;
  /** The index of the function that this instruction is in, in the module of its instance; `null` if there was none. */
  readonly function: number | null;
  /** That instruction as text, with immediates; `null` if there was none. */
  readonly instruction: string | null;
  /** The operands that it took, deepest first; where an imported function is to blame, what that was called with. */
  readonly operands: readonly TypedValue[];
  /** The exception that nothing catches, where `kind` is "UncaughtException"; else `null`. */
  readonly exception: ExceptionInfo | null;
  /** The calls that had not returned, innermost first: at most a hundred of them. */
  readonly frames: readonly TrapFrame[];
  /** How many calls had not returned. */
  readonly depth: number;
  /** What the imported function threw, where `kind` is "Host", or the exception is one of {@link JSTag}. */
  readonly cause?: unknown;
}

/** A global of an instance, with its value. */
export interface GlobalView extends TypedValue {
  /** Its index in the module; imported ones come first. */
  readonly index: number;
  /** Its name in the name section, else as an export or import; `null` if it has none. */
  readonly name: string | null;
  /** Whether its value can be changed. */
  readonly mutable: boolean;
  /** Whether it is imported. */
  readonly imported: boolean;
}

/** A value of JavaScript's that the guest holds. */
export interface HeldValue {
  /** The number that stands for it in a snapshot. */
  readonly number: number;
  /** The value itself. */
  readonly value: unknown;
}

/** Which parts of an object are wanted. */
export interface PartsOptions {
  /** The position of the first part; 0 if left out. */
  readonly first?: number;
  /** The most parts that are given; 100 if left out. */
  readonly count?: number;
}
