// Breakpoints, and the expressions in them.
import type { UsageError } from "./errors.js";
import type { Stop } from "./running.js";

/** A breakpoint that has been set. */
export interface Breakpoint {
  /** The index of the function that the instruction is in. */
  readonly function: number;
  /** The instruction's byte offset in the module. */
  readonly offset: number;
  /** Its condition, if it has one. */
  readonly condition?: Expression;
  /** From which arrival on it counts, if it is not the first. */
  readonly hits?: number;
  /** Its log message, if it has one. */
  readonly log?: string;
  /**
   * How many arrivals there have been: how often a run came to it and the condition held. Calls to their end count, single
   * steps and ways through the past by `seek` and the like do not; a run in the past does.
   */
  readonly count: number;
}

/**
 * A small expression over what can be seen of a paused machine: `"local.count > 10 && u8[local.at] == 0x3b"`.
 *
 * - Constants: `42`, `0x2a`, `1_000`, `1.5`, `2e9`, `true`, `false`, `null`.
 * - `local[0]`, `local.count`, `local."odd name"`: a parameter or local, by its index or its name in the name section.
 * - `stack[0]`: an operand of the frame; 0 is the topmost one.
 * - `global[0]`, `global.heap`: a global, by its index or by its name in the name section, as an export or as an import.
 * - `memory[p]`: a byte of memory 0. `i8[p]` `u8[p]` `i16[p]` `u16[p]` `i32[p]` `u32[p]` `i64[p]` `u64[p]` `f32[p]` `f64[p]`:
 *   what lies at an address. `i32[1, p]`: the same in memory 1.
 * - `time`: how many instructions have been executed. `depth`: how many calls lie on each other.
 * - `u32(x)`, and so on for those ten types: conversions.
 * - Operators, the strongest first: `- ! ~`, `* / %`, `+ -`, `<< >>`, `&`, `^`, `|`, `== != < <= > >=`, `&&`, `||`, `? :`.
 *   Other than in JavaScript, comparisons bind weaker than `&`: `local.flags & 4 == 4` asks for a bit.
 *
 * Integers are computed exactly. What an `i32` or `i64` holds is signed: `u32(local.x) == 0xffffffff` compares the bits.
 * An integer beside a float becomes a float. True is what is not `false`, 0 or `null`.
 * Names, places and types are checked when the expression is given, so that a mistake is a {@link UsageError} with its
 * column then. Later it can only fail by an address past the end of a memory, a division by zero, or a number that
 * does not fit 128 bits.
 */
export type Expression = string;

/** Where to set a breakpoint, and what it does other than to stop each time. */
export interface BreakpointOptions {
  /** The function's index. May be left out if there is an offset. */
  readonly function?: number;
  /** The byte offset in the module of an instruction of a defined function. If it is left out, the function's first. */
  readonly offset?: number;
  /** While it is not true the breakpoint is passed. If it cannot be evaluated the run stops and says so: {@link Stop}. */
  readonly condition?: Expression;
  /** From which arrival on the breakpoint counts; until then it is passed. */
  readonly hits?: number;
  /**
   * A message: the breakpoint tells it as the event "output" and does not stop. Expressions stand in braces:
   * `"sum is {local.sum} at {local.at:x}"`; `:x` writes an integer in hexadecimal, `{{` and `}}` are braces.
   * In place of an expression that fails stands why. `call` and `callAsync` tell it too.
   */
  readonly log?: string;
}

/** The breakpoints of an instance. To go through it gives them in the order of the code. */
export interface Breakpoints extends Iterable<Breakpoint> {
  /**
   * Lets runs stop before an instruction; in place of a breakpoint that is there already.
   * `reverseContinue` stops where the condition held, whatever `hits` says, and passes breakpoints with a log.
   * Throws {@link UsageError} where there is no instruction, or for a mistake in the condition or log message.
   */
  add(breakpoint: BreakpointOptions): Breakpoint;
  /** Takes away a breakpoint, given by its offset or as `add` gave it. True if there was one. */
  remove(at: number | BreakpointPlace): boolean;
  /** Takes all of them away. */
  clear(): void;
  /** How many there are. */
  readonly size: number;
}

/** What names a breakpoint. */
export interface BreakpointPlace {
  /** The byte offset in the module of its instruction. */
  readonly offset: number;
}
