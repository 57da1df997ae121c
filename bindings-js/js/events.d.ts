// What a machine tells those who listen.
import type { Interpreter } from "./index.js";
import type { TrapInfo } from "./views.js";
import type { WasmValue } from "./values.js";

/** What was told: text that a breakpoint with a log has written. */
export interface OutputEvent {
  /** The breakpoint's message, with values in the place of its expressions. */
  readonly text: string;
  /** How many instructions had been executed. */
  readonly time: bigint;
  /** The index of the function that the breakpoint is in. */
  readonly function: number;
  /** The byte offset in the module of the breakpoint's instruction. */
  readonly offset: number;
  /** Whose code the breakpoint is in, if there are several instances; `null` if that one has been freed. */
  readonly interpreter: Interpreter | null;
}

/** An imported function has been called and has returned `result`, or thrown `error`. */
export interface HostCallEvent {
  /** The first of the import's two names. */
  readonly module: string;
  /** The second of the import's two names. */
  readonly name: string;
  /** What it was called with. */
  readonly arguments: readonly WasmValue[];
  /** What it returned, or what its promise was fulfilled with. Absent if it has thrown. */
  readonly result?: unknown;
  /** What it has thrown, what its promise was rejected with, or why its result does not fit. Absent if it has returned. */
  readonly error?: unknown;
  /** How many instructions had been executed. */
  readonly time: bigint;
}

/** A memory or a table has grown: noticed when the machine comes to rest or calls JavaScript. */
export type GrowthEvent = (
  | {
      /** The memory's index in the module of `interpreter`. */
      readonly memory: number;
    }
  | {
      /** The table's index in the module of `interpreter`. */
      readonly table: number;
    }
) & {
  /** The size before: of a memory in bytes, of a table in entries. */
  readonly before: number;
  /** The size now, likewise. */
  readonly after: number;
  /** How many instructions had been executed when it was noticed. */
  readonly time: bigint;
  /** Whose memory or table it is, if there are several instances. */
  readonly interpreter: Interpreter;
};

/** The events of {@link Interpreter.on}. What is done again because the machine went back is not told again, other than output. */
export interface Events {
  /** A breakpoint with a log has written; also when the past is run again. */
  readonly output: OutputEvent;
  /** An imported function has been called and answered. */
  readonly hostcall: HostCallEvent;
  /** Execution has trapped. */
  readonly trap: TrapInfo;
  /** A memory or table has grown. */
  readonly growth: GrowthEvent;
}
