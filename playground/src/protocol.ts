/**
 * What the page and its worker say to each other: plain data only, so that it can be copied between threads.
 *
 * The page sends requests; the worker answers with events.
 * The interpreter itself never leaves the worker.
 */
import type {
  Branch,
  Breakpoint,
  Explanation,
  ExportDescriptor,
  Frame,
  FunctionDescriptor,
  GlobalView,
  ImportDescriptor,
  Moment,
  State,
  Stop,
  TrapInfo,
  TypedValue,
} from "flight-wasm";

/** Where a breakpoint of the page is. */
export type BreakpointPlace = Pick<Breakpoint, "function" | "offset">;

// ---- the program ----------------------------------------------------------------------------------------------

/** Where a program comes from. */
export type Source =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes" | "recording"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Where each instruction stands in the text: one row per place where execution can stand, sorted by offset.
 * Columns of numbers instead of rows of objects, because a large module has millions of them.
 */
export interface Places {
  /** Byte offset in the module. */
  readonly offsets: Uint32Array;
  /** Index of the function that the instruction belongs to. */
  readonly functions: Uint32Array;
  /** Line in the text, from 1. */
  readonly lines: Uint32Array;
  /** Column in the text in UTF-16 units, from 1; 0 where only the line is known. */
  readonly columns: Uint32Array;
}

/** A program as the page knows it. */
export interface Program {
  readonly name: string | null;
  readonly size: number;
  readonly exports: readonly ExportDescriptor[];
  readonly imports: readonly ImportDescriptor[];
  readonly functions: readonly FunctionDescriptor[];
  readonly hasStart: boolean;
  /** Whether it came with a recorded run, at whose end the machine stands. */
  readonly recorded: boolean;
  /** The printed text, where the program came as bytes; null where the user wrote the text. */
  readonly printed: string | null;
  readonly places: Places;
}

// ---- the machine, at a pause -----------------------------------------------------------------------------------

/** What the last step changed, worked out by the worker from the pause before. */
export interface Changes {
  /** How many operands on top of the stack are new. */
  readonly produced: number;
  /** Operands that were taken, with the height at which each lay. */
  readonly consumed: readonly { readonly height: number; readonly value: TypedValue }[];
  /** Locals of the innermost frame, by index, with the value before. */
  readonly locals: readonly { readonly index: number; readonly before: TypedValue }[];
  readonly globals: readonly { readonly index: number; readonly before: TypedValue }[];
  /** Byte ranges of memories that differ, as far as they were compared (all of a small memory, the watched part of a large one). */
  readonly memory: readonly { readonly memory: number; readonly start: number; readonly end: number }[];
}

export interface MemoryWindow {
  readonly memory: number;
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface TableWindow {
  readonly index: number;
  readonly element: string;
  readonly size: number;
  /** The first entries, as many as the page asked for. */
  readonly entries: readonly TypedValue[];
}

/** A place on the time line where something happened. */
export interface Mark {
  readonly kind: "call" | "breakpoint" | "trap";
  readonly time: bigint;
}

/** The part of the machine's course that is recorded. */
export interface Past {
  readonly begin: Moment;
  /** The furthest moment that has been reached. */
  readonly end: Moment;
  /** Whether the machine stands before that. */
  readonly inPast: boolean;
  /** A few places on the way, in the order of time. */
  readonly marks: readonly Mark[];
}

export interface Snapshot {
  readonly state: State;
  readonly time: bigint;
  readonly moment: Moment;
  readonly past: Past | null;
  readonly stop: Stop | null;
  /** The call that is being executed; null where the module is only instantiated. */
  readonly call: Call | null;
  /** True while the module's start function runs, before the call itself. */
  readonly inStartFunction: boolean;
  readonly depth: number;
  /** Innermost first; the outer frames of a very deep stack are left out (`depth` counts them all). */
  readonly frames: readonly Frame[];
  readonly explanation: Explanation | null;
  readonly globals: readonly GlobalView[];
  /** Size of each memory in bytes. */
  readonly memories: readonly number[];
  readonly window: MemoryWindow | null;
  readonly tables: readonly TableWindow[];
  readonly results: readonly TypedValue[] | null;
  readonly trap: TrapInfo | null;
  readonly changes: Changes;
}

/** An exported function and its arguments, as typed values that can be sent. */
export interface Call {
  readonly name: string;
  readonly args: readonly (number | bigint | null)[];
}

/** One line of output. */
export interface OutputLine {
  readonly kind: "call" | "result" | "trap" | "note";
  /** When it was said. In the machine's past, what is said later is known but has not been said yet. */
  readonly moment: Moment;
  readonly text: string;
  /** The text in memory that the arguments seem to point at. */
  readonly hint?: string;
}

/** What went wrong, in words, with the place where there is one. */
export interface Problem {
  readonly kind: "text" | "malformed" | "invalid" | "link" | "trap" | "usage" | "internal";
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly offset: number | null;
  readonly trap: TrapInfo | null;
}

/** Where a value was made or copied: an instruction, or what was done from outside. */
export interface TrailStep {
  readonly time: bigint;
  readonly text: string;
  readonly function: string | null;
  readonly offset: number | null;
  readonly value: TypedValue | null;
}

/** The value that a stubbed import returns, or that an imported global holds. */
export interface StubValue {
  readonly module: string;
  readonly name: string;
  readonly values: readonly (number | bigint | null)[];
}

// ---- messages ---------------------------------------------------------------------------------------------------

export type StepKind = "into" | "over" | "out";
/** As forward; `run` goes back to the last breakpoint. */
export type BackKind = StepKind | "run";

/** A value that is changed by hand, in the frame at a distance from the innermost one where it lies in a frame. */
export type Change =
  | { readonly kind: "local" | "operand"; readonly frame: number; readonly index: number; readonly value: number | bigint | null }
  | { readonly kind: "global"; readonly index: number; readonly value: number | bigint | null };

/** Requests with an `id` are carried out one after another, and each is answered by one `settled` event. */
export type Request =
  /** Compiles; on success the program replaces the one before. `generation` comes back in the answer. */
  | { readonly type: "load"; readonly generation: number; readonly source: Source }
  /** Starts a call, in a fresh instance or in the one that stands there, and takes `steps` steps. Without a call it only instantiates. */
  | { readonly type: "start"; readonly id: number; readonly call: Call | null; readonly fresh: boolean; readonly steps: number }
  | { readonly type: "step"; readonly id: number; readonly kind: StepKind }
  | { readonly type: "run"; readonly id: number }
  | { readonly type: "back"; readonly id: number; readonly kind: BackKind }
  /** Goes to a time of the record, or to one of its ends. */
  | { readonly type: "seek"; readonly id: number; readonly to: bigint | "begin" | "end" }
  /** Gives up the recorded future: from here on the machine runs live. */
  | { readonly type: "live"; readonly id: number }
  | { readonly type: "change"; readonly id: number; readonly change: Change }
  /** Asks for the recorded run as a file, and for how the operands of what trapped came about. */
  | { readonly type: "save" }
  | { readonly type: "trails" }
  | { readonly type: "pause" }
  | { readonly type: "breakpoints"; readonly at: readonly BreakpointPlace[] }
  | { readonly type: "stubs"; readonly values: readonly StubValue[] }
  /** What the page looks at, so that snapshots carry it. */
  | { readonly type: "watch"; readonly memory: number; readonly address: number; readonly length: number; readonly tableEntries: number };

export type Event =
  | { readonly type: "ready" }
  /** `kept` is true where the new text means the same bytes as the old: the run goes on. */
  | { readonly type: "loaded"; readonly generation: number; readonly program: Program; readonly kept: boolean }
  | { readonly type: "rejected"; readonly generation: number; readonly problem: Problem }
  /**
   * The request with this number is done; there is no snapshot where there is no instance.
   * `branch` is the recorded future that it gave up; `output` came after that.
   */
  | {
      readonly type: "settled";
      readonly id: number;
      readonly snapshot: Snapshot | null;
      readonly branch: Branch | null;
      readonly output: readonly OutputLine[];
    }
  /** Sent while it runs, some ten times a second. */
  | { readonly type: "running"; readonly time: bigint; readonly depth: number; readonly output: readonly OutputLine[] }
  | { readonly type: "saved"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** For each operand, nearest first, at the time at which the machine trapped. */
  | { readonly type: "trails"; readonly time: bigint; readonly trails: readonly (readonly TrailStep[])[] }
  | { readonly type: "window"; readonly window: MemoryWindow | null; readonly tables: readonly TableWindow[] }
  /** A request could not be carried out; the machine stands as before. */
  | { readonly type: "refused"; readonly problem: Problem }
  /** Flight itself failed: the worker has to be replaced. */
  | { readonly type: "broken"; readonly message: string };
