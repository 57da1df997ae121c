// What the classes take and give: plain data.
import type { Global, Interpreter, MemoryView, TableView, Tag, Trap, UsageError } from "./index.js";

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
  /** The name of its type, or of its tag. */
  readonly name: string | null;
  /** How many fields, elements or arguments it has. */
  readonly length: number;
  readonly handle: number;
  readonly generation: number;
}
/** A reference to an unboxed integer of 31 bits. */
export interface I31Reference { readonly i31: number }

/** An object of the heap with some of its parts. */
export interface ObjectView {
  readonly kind: "struct" | "array" | "exception";
  readonly name: string | null;
  readonly type: string;
  readonly length: number;
  readonly parts: readonly (TypedValue & { readonly index: number; readonly name: string | null; readonly storage: string; readonly mutable: boolean })[];
}

/** A typed value, as inspection shows it. */
export interface TypedValue {
  readonly type: ValueType | string;
  /** `number` for i32 (signed), f32, f64; `bigint` for i64 (signed) and v128 (unsigned bits); for references `null`, a {@link FunctionReference}, an {@link ObjectReference}, an {@link I31Reference}, or the host's value. */
  readonly value: number | bigint | FunctionReference | ObjectReference | I31Reference | null | unknown;
  /** The bits of a number in hexadecimal, without prefix, at full width: what tells NaNs apart. Absent for references. */
  readonly bits?: string;
}

export interface FunctionType {
  readonly params: readonly string[];
  readonly results: readonly string[];
}
export interface Limits {
  readonly minimum: bigint;
  readonly maximum: bigint | null;
  readonly is64: boolean;
}
export type ExternType =
  | { readonly kind: "func"; readonly type: FunctionType }
  | { readonly kind: "table"; readonly element: string; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits; readonly pageSize: number; readonly shared: boolean }
  | { readonly kind: "global"; readonly content: string; readonly mutable: boolean }
  | { readonly kind: "tag"; readonly type: FunctionType };

/** An import: `module` and `name` as the module writes them, and the type that is wanted. */
export type ImportDescriptor = { readonly module: string; readonly name: string } & ExternType;
/** An export. `index` is its index in the module's index space of that kind. */
export type ExportDescriptor = { readonly name: string; readonly index: number } & ExternType;

/** A function of the module, imported ones first. */
export interface FunctionDescriptor {
  readonly index: number;
  readonly name: string | null;
  readonly imported: boolean;
  readonly type: FunctionType;
  /** The byte range of the body in the module; `null` for an imported function. */
  readonly start: number | null;
  readonly end: number | null;
}

/** A section of the module. */
export interface SectionDescriptor {
  /** Its kind, such as "code", or a custom section's own name. */
  readonly name: string;
  readonly custom: boolean;
  /** The byte range of its contents; those of a custom section begin behind its name. */
  readonly start: number;
  readonly end: number;
}

/** WebAssembly text printed from the module, with the byte offset at which each line's item begins (`null` for a line without one). */
export interface PrintedText {
  readonly text: string;
  readonly offsets: readonly (number | null)[];
}

/** An instruction's place in the text that a module was made of. */
export interface TextPosition {
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in UTF-16 units. */
  readonly column: number;
  /** The instruction's byte offset in the module. */
  readonly offset: number;
}

export interface ModuleOptions {
  /**
   * The features that the module may use: names with commas between them, `-` before one that is taken away;
   * `v1`, `v2`, `v3` are versions of the specification, `all` (the default) is everything.
   * A module that uses another one is refused with a message that names it.
   */
  readonly features?: string;
}

export type State = "Idle" | "Paused" | "AwaitingHost" | "Finished" | "Trapped";

/** Why `run` or a step came back. */
export type Stop =
  | { readonly reason: "Finished" }
  | { readonly reason: "Trapped" }
  /** The instruction (or the steps asked for) has been executed. */
  | { readonly reason: "Step" }
  | { readonly reason: "OutOfFuel" }
  /** What `until` names has come about. */
  | { readonly reason: "Until" }
  /** Before an instruction with a breakpoint. `error` says why its condition could not be evaluated, if that is why it stopped. */
  | { readonly reason: "Breakpoint"; readonly function: number; readonly offset: number; readonly error?: string }
  /** The instruction before has accessed what is watched. */
  | { readonly reason: "Watchpoint"; readonly hits: readonly WatchHit[] }
  /** The record begins here: there is nothing to go back to. */
  | { readonly reason: "Beginning" }
  /** `pause()` was called by an imported function. */
  | { readonly reason: "Paused" }
  /** An imported function returned a promise: the machine goes on being `AwaitingHost` until it settles. */
  | { readonly reason: "AwaitingHost" };

/** A moment of a machine's course. They are ordered: by time, then by actions, then by whether the machine had trapped. */
export interface Moment {
  /** How many instructions had been executed. */
  readonly time: bigint;
  /** How many actions of the embedder had been recorded: calls, answers, changes by hand. */
  readonly actions: number;
  /** Whether the machine had trapped. */
  readonly trapped: boolean;
}

/** What is kept of a machine's past. */
export interface History {
  /** The earliest moment that can be gone back to. */
  readonly begin: Moment;
  /** The furthest moment that has been reached. */
  readonly end: Moment;
  /** How many copies of the machine are kept. */
  readonly checkpoints: number;
  /** The bytes that they and the journal take. */
  readonly bytes: number;
  /** The bytes that they may take. */
  readonly budget: number;
}

/** A recorded future that was given up, since the machine went on in another way. */
export interface Branch {
  /** Where the machine went on in another way. */
  readonly at: Moment;
  /** How far it had been before. */
  readonly dropped: Moment;
}

/** Something that the embedder did. Indices are those of the module; `null` stands for what is not of this module. */
export type Action =
  /** A function was called. */
  | { readonly action: "Start"; readonly function: number | null; readonly name: string | null; readonly arguments: readonly TypedValue[] }
  /** An imported function has returned. */
  | { readonly action: "Answer"; readonly function: number | null; readonly name: string | null; readonly arguments: readonly TypedValue[]; readonly results: readonly TypedValue[] }
  /** An imported function has thrown. */
  | { readonly action: "Fail"; readonly function: number | null; readonly name: string | null; readonly arguments: readonly TypedValue[]; readonly kind: string; readonly explanation: string }
  /** An imported function has thrown an exception into the guest; `caught` says whether the guest had a handler for it. */
  | { readonly action: "Throw"; readonly function: number | null; readonly name: string | null; readonly arguments: readonly TypedValue[]; readonly exception: ExceptionInfo; readonly caught: boolean }
  /** The results of a call were taken. */
  | { readonly action: "TakeResults"; readonly results: readonly TypedValue[] }
  /** The innermost call was dropped; all calls were dropped; garbage was collected early. */
  | { readonly action: "Unwind" | "Reset" | "CollectGarbage" }
  /** The calls that an imported function had left under way were dropped, down to `depth`. */
  | { readonly action: "LeaveNested"; readonly depth: number }
  | { readonly action: "WriteMemory"; readonly memory: number | null; readonly address: bigint; readonly bytes: Uint8Array }
  /** By `delta` pages. */
  | { readonly action: "GrowMemory"; readonly memory: number | null; readonly delta: bigint }
  | { readonly action: "SetGlobal"; readonly global: number | null; readonly value: TypedValue }
  | { readonly action: "SetTableEntry"; readonly table: number | null; readonly entry: bigint; readonly value: TypedValue }
  /** By `delta` entries that hold `value`. */
  | { readonly action: "GrowTable"; readonly table: number | null; readonly delta: bigint; readonly value: TypedValue }
  /** `frame` is the frame's distance from the innermost one. */
  | { readonly action: "SetLocal"; readonly frame: number; readonly index: number; readonly value: TypedValue }
  | { readonly action: "SetOperand"; readonly frame: number; readonly position: number; readonly value: TypedValue }
  /** An object was kept alive, or released. */
  | { readonly action: "Keep" | "Release"; readonly object: ObjectReference }
  /** Something that this version of the package has no words for. */
  | { readonly action: "Other" };

/** One thing that the embedder did: when, in instructions, and in which state the machine was. */
export type JournalEntry = { readonly time: bigint; readonly state: State } & Action;

/** What was told: text that a breakpoint with a log has written. */
export interface OutputEvent {
  readonly text: string;
  /** How many instructions had been executed. */
  readonly time: bigint;
  readonly function: number;
  readonly offset: number;
  /** Whose code the breakpoint is in, if there are several instances. */
  readonly interpreter: Interpreter | null;
}
/** An imported function has been called and has returned `result`, or thrown `error`. */
export interface HostCallEvent {
  readonly module: string;
  readonly name: string;
  readonly arguments: readonly WasmValue[];
  readonly result?: unknown;
  readonly error?: unknown;
  /** How many instructions had been executed. */
  readonly time: bigint;
}
/** A memory or a table has grown: noticed when the machine comes to rest or calls JavaScript. Sizes in bytes, or in entries. */
export type GrowthEvent = ({ readonly memory: number } | { readonly table: number }) & {
  readonly before: number;
  readonly after: number;
  readonly time: bigint;
  /** Whose memory or table it is, if there are several instances. */
  readonly interpreter: Interpreter;
};
/** The events of {@link Interpreter.on}. What is done again because the machine went back is not told again. */
export interface Events {
  readonly output: OutputEvent;
  readonly hostcall: HostCallEvent;
  readonly trap: TrapInfo;
  readonly growth: GrowthEvent;
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
  | { readonly time?: number | bigint; readonly depth?: number; readonly offset?: number; readonly function?: number; readonly condition?: string }
  | string
  | ((vm: Interpreter) => boolean);

/** What {@link Interpreter.call} and the others call: an export's name, the index of any function of the module, or a function itself. */
export type Callee = string | number | GuestFunction | FunctionReference;

/** A fresh global of the wanted type; zero or null without a value. */
export interface GlobalImport { readonly kind: "global"; readonly value?: WasmValue }
/** A fresh memory of the wanted type; sizes in pages, as wanted if absent. */
export interface MemoryImport { readonly kind: "memory"; readonly minimum?: number; readonly maximum?: number }
/** A fresh table of the wanted type, every entry null; sizes in entries, as wanted if absent. */
export interface TableImport { readonly kind: "table"; readonly minimum?: number; readonly maximum?: number }
/** A fresh tag of the wanted type. */
export interface TagImport { readonly kind: "tag" }
/**
 * What an import is given: a JS function for a function; a number or BigInt (or a {@link GlobalImport}) for a global;
 * `{ kind: "memory" }` and `{ kind: "table" }` make a fresh one of the wanted type.
 * Or what another instance exports: then the new instance lives in the same store as that one and shares its machine.
 */
export type ImportValue =
  | ((this: Interpreter, ...args: any[]) => unknown)
  | number | bigint | null
  | GlobalImport | MemoryImport | TableImport | TagImport
  | Global | MemoryView | TableView | Tag;
export type Imports = Record<string, Record<string, ImportValue>>;

export interface Options {
  /** Most bytes that all memories and tables together may take. Default 1 GiB. */
  readonly memoryBudget?: number;
  /** Most bytes that structures, arrays and exceptions together may take. Default 256 MiB. */
  readonly gcBudget?: number;
  /** Most call frames. Default 100,000. */
  readonly callDepth?: number;
  /**
   * An instance whose store the new one is to live in, if that does not follow from its imports. The limits of memory, calls
   * and history are then those of the store, and cannot be given.
   */
  readonly store?: Interpreter;
  /** If true the start function (if any) is left paused before its first instruction instead of being run by the constructor. Default false. */
  readonly pauseAtStart?: boolean;
  /**
   * The internal code that is executed: "precise" has one instruction for each of WebAssembly's, "folded" fewer.
   * Nothing but the speed depends on it. Default "folded"; any other word throws {@link UsageError}.
   */
  readonly translation?: "precise" | "folded";
  /**
   * Whether the machine's course is recorded, so that it can go back; a number is the number of bytes that the record
   * may take. When they are used up, going back takes longer, and at last the earliest past is forgotten.
   * Default true: 256 MiB. With false nothing is recorded, and going back throws {@link UsageError}.
   */
  readonly history?: boolean | number;
}

export interface Local extends TypedValue { readonly index: number; readonly name: string | null; readonly parameter: boolean }
export interface Label { readonly kind: "block" | "loop" | "if" | "else" | "func" | string; /** Offset of the instruction that opened it. */ readonly offset: number; /** Operand height at the label, in values. */ readonly height: number; readonly arity: number }

/** A call frame; innermost first in {@link Interpreter.frames}. */
export interface Frame {
  /** The number of the instance that the function belongs to; `null` for an imported function of JavaScript's. */
  readonly instance: number | null;
  /** The function's index in the module of its instance. */
  readonly function: number;
  readonly name: string | null;
  /** True for an imported function that waits for its answer. */
  readonly host: boolean;
  /** The next instruction's byte offset (innermost frame), or the call instruction's (outer frames); `null` in a host frame. */
  readonly offset: number | null;
  /** That instruction as text, with immediates ("i32.const 5"). */
  readonly instruction: string | null;
  readonly locals: readonly Local[];
  /** This frame's operands, bottom first. */
  readonly operands: readonly TypedValue[];
  readonly labels: readonly Label[];
}

/** What the next instruction is about to do. */
export interface Explanation {
  readonly offset: number;
  readonly mnemonic: string;
  readonly instruction: string;
  /** The operands that it takes, deepest first. */
  readonly takes: readonly TypedValue[];
  /** What it pushes, where that can be known beforehand; `null` where it cannot. */
  readonly gives: readonly TypedValue[] | null;
  /** One sentence in words. */
  readonly text: string;
}

/** An exception: the address of its tag in the store, the tag's name if it has one, and what it carries. */
export interface ExceptionInfo { readonly tag: number; readonly name: string | null; readonly arguments: readonly TypedValue[] }

export interface TrapFrame { readonly function: number; readonly name: string | null; readonly offset: number | null; readonly locals: readonly Local[] }
export interface TrapInfo {
  /** The kind's name, e.g. "IntegerDivideByZero", "MemoryOutOfBounds", "Unreachable", "CallStackExhausted", "Host". */
  readonly kind: string;
  /** The kind in the official suite's words. */
  readonly message: string;
  /** A sentence that says what happened with the operands at hand. */
  readonly explanation: string;
  readonly offset: number | null;
  readonly function: number | null;
  readonly instruction: string | null;
  readonly operands: readonly TypedValue[];
  /** The exception that nothing catches, where `kind` is "UncaughtException". */
  readonly exception: ExceptionInfo | null;
  readonly frames: readonly TrapFrame[];
  /** How many calls had not returned; `frames` holds the innermost hundred. */
  readonly depth: number;
  /** What the imported function threw, where `kind` is "Host". */
  readonly cause?: unknown;
}

export interface GlobalView extends TypedValue { readonly index: number; readonly name: string | null; readonly mutable: boolean; readonly imported: boolean }

/** Something that can be watched. Addresses, entries and lengths are numbers or BigInts. A local is watched in every call of its function. */
export type Watched =
  | { readonly memory?: number; readonly address: number | bigint; readonly length?: number | bigint }
  | { readonly global: number }
  | { readonly function: number; readonly local: number }
  | { readonly table: number; readonly entry: number | bigint; readonly count?: number | bigint };

/** "change" is a write after which the value is another one, "access" a read or a write. */
export type WatchKind = "read" | "write" | "access" | "change";

/** A watchpoint that has been set: what it watches, its number, and which accesses it stops behind. */
export type Watchpoint = Watched & { readonly id: number; readonly on: WatchKind };

/** What a watched thing held: a value, an entry of a table, or bytes (at most 64, the first that differ among them). */
export type WatchValue = TypedValue | (TypedValue & { readonly entry: bigint }) | { readonly address: bigint; readonly bytes: Uint8Array };

/** An access of what is watched. */
export interface WatchHit {
  readonly watchpoint: Watchpoint;
  readonly access: "read" | "write";
  /** How many instructions had been executed before the one that did it. */
  readonly time: bigint;
  readonly function: number;
  readonly offset: number;
  readonly instruction: string;
  readonly depth: number;
  readonly old: WatchValue;
  readonly new: WatchValue;
}

export interface Watchpoints extends Iterable<Watchpoint> {
  /**
   * Lets `run`, `reverseContinue` and the others stop behind each instruction that accesses it so. `on` is "write" if left out,
   * `length` and `count` 1. Only what the guest does counts, not what is changed by hand or by imported functions.
   * Nothing is slower while nothing is watched. Throws {@link UsageError} if there is no such thing.
   */
  add(what: Watched & { readonly on?: WatchKind }): Watchpoint;
  /** True if there was one. */
  remove(watchpoint: number | { readonly id: number }): boolean;
  clear(): void;
  readonly size: number;
  /** The accesses that the last step or run came behind. */
  readonly hits: readonly WatchHit[];
}

/** Where something can have been written. */
export type WrittenPlace =
  | { readonly memory?: number; readonly address: number | bigint; readonly length?: number | bigint }
  | { readonly global: number }
  | { readonly local: number; /** Distance of its frame from the innermost one; 0 if left out. */ readonly frame?: number }
  | { readonly table: number; readonly entry: number | bigint; readonly count?: number | bigint };

/** An operand: of a frame, or of the instruction that trapped. */
export type OperandPlace = { readonly stackSlot: number; readonly frame?: number } | { readonly trapOperand: number };

/** Where something comes from. `moment` is the one before it was done: `seek` goes there. `wrote` is what was written or pushed. */
export type Origin = { readonly moment: Moment; readonly wrote: WatchValue | null } & (
  | {
      readonly by: "instruction";
      readonly function: number;
      readonly name: string | null;
      readonly offset: number;
      readonly instruction: string;
      /** How many calls lay on each other. */
      readonly depth: number;
    }
  | ({ readonly by: "embedder" } & Action)
);
