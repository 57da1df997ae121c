// What is run and how far, and why it came back.
import type { Interpreter } from "./index.js";
import type { Expression } from "./breakpoints.js";
import type { UsageError } from "./errors.js";
import type { FunctionReference, GuestFunction } from "./values.js";
import type { WatchHit } from "./watchpoints.js";

/** Where a machine stands. */
export type State =
  /** No call is under way, and there are neither results nor a trap. */
  | "Idle"
  /** Before an instruction. */
  | "Paused"
  /** An imported function has been called and has not answered, or its promise has not settled. */
  | "AwaitingHost"
  /** The call has returned: its results are there. */
  | "Finished"
  /** The call has trapped: the trap can be looked into, and the calls lie as they lay. */
  | "Trapped";

/** Why `run` or a step came back. */
export type Stop =
  | {
      /** The call has returned: `results` has what it gave. */
      readonly reason: "Finished";
    }
  | {
      /** Execution has trapped: `trap` says why. */
      readonly reason: "Trapped";
    }
  | {
      /** The instruction (or the steps asked for) has been executed. */
      readonly reason: "Step";
    }
  | {
      /** As many instructions as `fuel` allows have been executed. */
      readonly reason: "OutOfFuel";
    }
  | {
      /** What `until` names has come about. */
      readonly reason: "Until";
    }
  | {
      /** The machine stands before an instruction with a breakpoint. */
      readonly reason: "Breakpoint";
      /** The index of the function that the instruction is in. */
      readonly function: number;
      /** The instruction's byte offset in the module. */
      readonly offset: number;
      /** Why the breakpoint's condition could not be evaluated, if that is why it stopped. */
      readonly error?: string;
    }
  | {
      /** The instruction before has accessed what is watched. */
      readonly reason: "Watchpoint";
      /** The accesses, each with the watchpoint that noticed it. */
      readonly hits: readonly WatchHit[];
    }
  | {
      /** The record begins here: there is nothing to go back to. */
      readonly reason: "Beginning";
    }
  | {
      /** `pause()` was called by an imported function, or by a listener for output. */
      readonly reason: "Paused";
    }
  | {
      /** An imported function returned a promise: the machine goes on being `AwaitingHost` until it settles. */
      readonly reason: "AwaitingHost";
    };

/** How far a step may go. */
export interface StepOptions {
  /** The most instructions that are executed, from 0 on; no bound if left out. */
  readonly fuel?: number | bigint;
}

/** How far a run goes. */
export interface RunOptions extends StepOptions {
  /** Where else it ends; nowhere if left out. */
  readonly until?: Until;
}

/** How far a run in slices goes. */
export interface AsyncRunOptions extends RunOptions {
  /** Stops it: the promise rejects with the signal's reason, and the machine stays where it is. */
  readonly signal?: AbortSignal;
}

/**
 * Where a run is to end: when it has come so far in time; when no more calls than `depth` are left; before the instruction
 * at `offset`, or the first one of `function`, there only if the expression `condition` is true (see {@link Expression});
 * before any instruction at which `condition` is true, if no place is given; or when a function says so.
 * A string is a condition. It has to make sense where the run begins, or at the offset that it belongs to; elsewhere it is
 * not true where it makes none. Conditions without a place, and functions, are asked before each instruction: that takes
 * a while, and breakpoints are not looked at meanwhile.
 */
export type Until =
  | {
      /** A time: how many instructions have been executed since the interpreter was made. */
      readonly time?: number | bigint;
      /** How many calls are left at most, from 0 on. */
      readonly depth?: number;
      /** The byte offset in the module of an instruction of a defined function; else {@link UsageError} is thrown. */
      readonly offset?: number;
      /** The index of a defined function; else {@link UsageError} is thrown. */
      readonly function?: number;
      /** What has to be true there, or anywhere if no place is given. */
      readonly condition?: Expression;
    }
  | string
  | ((vm: Interpreter) => boolean);

/** What {@link Interpreter.call} and the others call: an export's name, the index of any function of the module, or a function itself. */
export type Callee = string | number | GuestFunction | FunctionReference;

/** What {@link Interpreter.callAsync} calls, with what may stop it. */
export interface StoppableCall {
  /** What is called. */
  readonly function: Callee;
  /** Stops the call: the promise rejects with the signal's reason, and the machine stays where it is. */
  readonly signal?: AbortSignal;
}
