/**
 * Flight: a WebAssembly interpreter and debugger that itself runs in WebAssembly.
 *
 * A {@link Module} is decoded and validated once; an {@link Interpreter} instantiates it and executes it,
 * one instruction at a time or at full speed.
 * Positions are always byte offsets in the module; time is the number of instructions executed.
 */

/** Loads Flight's own WebAssembly. Every static method calls it; call it early to pay the cost early. */
export function init(source?: BufferSource | Response | URL | string): Promise<void>;

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "funcref" | "externref" | "anyref" | "exnref";

/** A value as it crosses into or out of a call: `i64` is always a `BigInt`, the other numbers are `number`. */
export type WasmValue = number | bigint | FunctionReference | null | unknown;

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
  readonly value: WasmValue;
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

/** A decoded and validated module. */
export class Module {
  private constructor();
  /** Decodes and validates. Throws {@link CompileError}. */
  static fromBytes(bytes: BufferSource | Response | Promise<Response>, options?: ModuleOptions): Promise<Module>;
  /** Parses WebAssembly text, then as {@link fromBytes}. A {@link CompileError} from the text has `line` and `column`. */
  static fromWat(text: string, options?: ModuleOptions): Promise<Module>;
  /** The module's bytes (a copy). */
  readonly bytes: Uint8Array;
  readonly name: string | null;
  /** The features beyond version 1 that the module uses, by short name, oldest first. */
  readonly features: readonly string[];
  readonly imports: readonly ImportDescriptor[];
  readonly exports: readonly ExportDescriptor[];
  readonly functions: readonly FunctionDescriptor[];
  /** Whether the module has a start function. */
  readonly hasStart: boolean;
  /** Prints the module as text, with the map between lines and offsets. */
  toWat(): PrintedText;
  /**
   * Where each instruction stands in the text that the module was made of, in the order of the code; a function's
   * final `end` stands at its closing parenthesis. `null` for a module made of bytes.
   */
  textMap(): readonly TextPosition[] | null;
  /** Offsets (sorted) of every instruction of one defined function: the places where execution can stand. */
  instructionOffsets(functionIndex: number): Uint32Array;
  free(): void;
  [Symbol.dispose](): void;
}

export type State = "Idle" | "Paused" | "AwaitingHost" | "Finished" | "Trapped";

/** Why `run` or a step came back. */
export type Stop =
  | { readonly reason: "Finished" }
  | { readonly reason: "Trapped" }
  /** The instruction (or the steps asked for) has been executed. */
  | { readonly reason: "Step" }
  | { readonly reason: "OutOfFuel" }
  | { readonly reason: "Breakpoint"; readonly function: number; readonly offset: number }
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
  /** The results of a call were taken; the innermost call was dropped; all calls were dropped; garbage was collected early. */
  | { readonly action: "TakeResults" | "Unwind" | "Reset" | "CollectGarbage" }
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

/** A fresh global of the wanted type; zero or null without a value. */
export interface GlobalImport { readonly kind: "global"; readonly value?: WasmValue }
/** A fresh memory of the wanted type; sizes in pages, as wanted if absent. */
export interface MemoryImport { readonly kind: "memory"; readonly minimum?: number; readonly maximum?: number }
/** A fresh table of the wanted type, every entry null; sizes in entries, as wanted if absent. */
export interface TableImport { readonly kind: "table"; readonly minimum?: number; readonly maximum?: number }
/**
 * What an import is given: a JS function for a function; a number or BigInt (or a {@link GlobalImport}) for a global;
 * `{ kind: "memory" }` and `{ kind: "table" }` make a fresh one of the wanted type.
 */
/** A fresh tag of the wanted type. */
export interface TagImport { readonly kind: "tag" }
export type ImportValue = ((this: Interpreter, ...args: any[]) => unknown) | WasmValue | GlobalImport | MemoryImport | TableImport | TagImport;
export type Imports = Record<string, Record<string, ImportValue>>;

export interface Options {
  /** Most bytes that all memories and tables together may take. Default 1 GiB. */
  readonly memoryBudget?: number;
  /** Most bytes that structures, arrays and exceptions together may take. Default 256 MiB. */
  readonly gcBudget?: number;
  /** Most call frames. Default 100,000. */
  readonly callDepth?: number;
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
  readonly exception: { readonly name: string | null; readonly arguments: readonly TypedValue[] } | null;
  readonly frames: readonly TrapFrame[];
  /** How many calls had not returned; `frames` holds the innermost hundred. */
  readonly depth: number;
  /** What the imported function threw, where `kind` is "Host". */
  readonly cause?: unknown;
}

export interface GlobalView extends TypedValue { readonly index: number; readonly name: string | null; readonly mutable: boolean; readonly imported: boolean }

export interface MemoryView {
  readonly index: number;
  /** Size in bytes. */
  readonly size: number;
  /** A copy of the bytes from `address`, shorter where memory ends. */
  read(address: number | bigint, length: number): Uint8Array;
  /** Writes bytes; throws {@link UsageError} and writes nothing where they do not fit. */
  write(address: number | bigint, bytes: Uint8Array): void;
  /** Grows by so many pages: the size before, in pages. Throws {@link UsageError} where its type or the budget does not allow it. */
  grow(pages: number | bigint): number;
}

export interface TableView {
  readonly index: number;
  /** The type of its entries. */
  readonly element: string;
  readonly size: number;
  /** One entry; throws {@link UsageError} past the end. */
  get(entry: number): WasmValue;
  /** Changes one entry; throws {@link UsageError} past the end, or where the value has another type. */
  set(entry: number, value: WasmValue): void;
  /** Grows by so many entries that hold `value` (null): the size before. Throws {@link UsageError} where its type or the budget does not allow it. */
  grow(delta: number, value?: WasmValue): number;
  /** Up to `count` entries from `first` on, fewer where the table ends. */
  entries(first: number, count: number): TypedValue[];
}

export interface Breakpoint { readonly function: number; readonly offset: number }
export interface Breakpoints extends Iterable<Breakpoint> {
  /** Stops before the instruction at `offset` (a byte offset in the module that is an instruction of a defined function). `function` may be left out. */
  add(at: { function?: number; offset: number }): Breakpoint;
  /** True if there was one. */
  remove(at: { function?: number; offset: number }): boolean;
  clear(): void;
  readonly size: number;
}

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

/** Executes one instance of a module. */
export class Interpreter {
  /** Instantiates. Throws {@link LinkError} naming every import that is missing or of the wrong type, {@link Trap} if initialisation traps. */
  constructor(module: Module, imports?: Imports, options?: Options);
  readonly module: Module;
  /** Calls an exported function and runs it to the end: the result, an array for several, `undefined` for none. Throws {@link Trap}. */
  call(name: string, ...args: WasmValue[]): any;
  /** The same with imports that may return promises; gives the event loop a turn between slices. Neither stops at breakpoints. */
  callAsync(name: string, ...args: WasmValue[]): Promise<any>;
  /** Prepares a call and pauses before its first instruction. An unfinished earlier run is dropped. */
  start(name: string, ...args: WasmValue[]): void;
  /** Executes one instruction. An imported function that it calls is called and answered within the step. */
  step(): Stop;
  /** As `step`, but a call is run to its return. `fuel` bounds the instructions executed. */
  stepOver(options?: { fuel?: number }): Stop;
  /** Runs until the current function has returned to its caller. */
  stepOut(options?: { fuel?: number }): Stop;
  /** Runs until the end, a trap, a breakpoint, or until `fuel` instructions were executed (default: no bound). */
  run(options?: { fuel?: number }): Stop;

  /**
   * Takes back the last instruction, and what was done by hand behind it: the machine is before that instruction.
   * { reason: "Beginning" }, and the machine stays where it is, if the record begins here.
   *
   * In the past nothing happens twice: imported functions are not called, since what they did is in the record.
   * A run or step forward follows the record until the present is reached. Anything done otherwise than recorded,
   * a change by hand or another call, begins a new branch: the recorded future is given up ({@link takeBranch}).
   *
   * This and the other ways back throw {@link UsageError} while an imported function runs, and where nothing is recorded.
   */
  stepBack(): Stop;
  /** As `stepBack`; if the last instruction was a function's return, the whole call is taken back. */
  stepBackOver(): Stop;
  /** Goes back to before the call of the current function; { reason: "Beginning" } if the embedder called it. */
  stepBackOut(): Stop;
  /** Goes back to the last time that a breakpoint would have stopped the machine; else to the first instruction: { reason: "Beginning" }. */
  reverseContinue(): Stop;
  /**
   * Goes to a time of the record, forward or back: before the next instruction, behind all that was done there by hand;
   * or to a moment that {@link moment} gave. What comes back says the state: "Step" for a paused machine.
   * Throws {@link UsageError} for a time that is not in the record.
   */
  seek(to: number | bigint | { readonly time: number | bigint; readonly actions: number | bigint; readonly trapped: boolean }): Stop;
  /** The present moment. Without a record its `actions` stay 0. */
  readonly moment: Moment;
  /** What is recorded; `null` if nothing is. */
  readonly history: History | null;
  /** Whether the machine has gone back and is not yet as far as it was. */
  readonly inPast: boolean;
  /** Gives up the recorded future: from here on imported functions are called again. What was given up; `null` if the machine was not in its past. */
  branch(): Branch | null;
  /** What was given up since this was asked last, because the past was changed; `null` if nothing was. */
  takeBranch(): Branch | null;
  /** All that the embedder has done since the beginning of the record, the future of the present moment included. */
  readonly journal: readonly JournalEntry[];
  /** How many entries the journal has. The one at position n was action number `history.begin.actions` + n. */
  readonly journalLength: number;
  /** Up to `count` entries of the journal, from position `first` on. */
  journalFrom(first: number, count?: number): readonly JournalEntry[];
  /**
   * Changes a local of a frame; `frame` is its distance from the innermost one. Values as for arguments.
   * Every change by hand is recorded. Throws {@link UsageError} if there is no such thing, or the value has another type.
   */
  setLocal(frame: number, index: number, value: WasmValue): void;
  /** Changes an operand of a frame; `position` counts from the bottom. As `setLocal`. */
  setOperand(frame: number, position: number, value: WasmValue): void;
  /** Changes a global that is mutable. As `setLocal`. */
  setGlobal(index: number, value: WasmValue): void;
  readonly state: State;
  /** Instructions executed since the interpreter was made. */
  readonly time: bigint;
  /**
   * A hash of the whole machine, from 0 to 2^64 - 1: state, time, calls with their locals and operands, memories, tables,
   * globals, segments, objects, results, trap. Machines with the same module, imports and inputs that have equal hashes
   * behave alike from here on, however they came here. It reads every byte of every memory, so it takes a while.
   * It may be another one in the next version of Flight.
   */
  readonly stateHash: bigint;
  /** Operands of the innermost frame, bottom first. */
  readonly stack: readonly TypedValue[];
  /** Call frames, innermost first: all of them. */
  readonly frames: readonly Frame[];
  /** Up to `count` call frames, innermost first; `first` is the distance of the first one from the innermost. */
  framesFrom(first: number, count?: number): readonly Frame[];
  readonly depth: number;
  /** What the next instruction will do; `null` unless paused before one. */
  readonly explanation: Explanation | null;
  readonly globals: readonly GlobalView[];
  memory(index?: number): MemoryView;
  readonly memoryCount: number;
  table(index?: number): TableView;
  /** Looks into an object: up to `count` (100) of its parts from `first` (0) on. Throws {@link UsageError} once it has been collected. */
  object(reference: ObjectReference, page?: { first?: number; count?: number }): ObjectView;
  readonly tableCount: number;
  /** The results of a finished call; `null` before. */
  readonly results: readonly TypedValue[] | null;
  readonly trap: TrapInfo | null;
  readonly breakpoints: Breakpoints;
  readonly watchpoints: Watchpoints;
  /**
   * The whole machine as bytes, whatever state it is in, for {@link Interpreter.restore}: in another process, another
   * browser, natively by the `flight` command or the Rust crates. Not in it: the module, imported functions, breakpoints,
   * what is recorded, and the JavaScript values that the guest holds; for these see `heldValues`.
   */
  snapshot(): Uint8Array;
  /** The JavaScript values that the guest still reaches as references, each with the number that stands for it in a snapshot. */
  readonly heldValues: readonly { readonly number: number; readonly value: unknown }[];
  /**
   * Goes on exactly where a snapshot was made, with the same module and imports of the same kinds and types; the start
   * function is not called again. `value` gives back the JavaScript values by their numbers in `heldValues`.
   * Throws {@link UsageError} in words, and nothing is executed, if the bytes are no snapshot, are damaged or of a newer
   * version, or are of another module.
   */
  static restore(module: Module, snapshot: Uint8Array, imports?: Imports, options?: Options & { readonly value?: (number: number) => unknown }): Interpreter;
  /**
   * What is recorded, as the bytes of a `.flight` file: the modules, where the record begins, and what was done from
   * outside; a few kilobytes beside the modules for most runs. For a bug report, the page, or `flight replay`.
   */
  recording(): Uint8Array;
  /**
   * Opens a recording, at its beginning: it can be gone through in all ways. Imported functions are not called in it;
   * those in `imports` are for what comes behind its end, or after `branch()`.
   * Rejects with {@link UsageError} if the bytes are no recording, are damaged or of a newer version.
   */
  static fromRecording(bytes: ArrayBuffer | ArrayBufferView | Response | Promise<Response>, imports?: Imports, options?: Options): Promise<Interpreter>;
  /**
   * Executes what is recorded again from its beginning, and compares: what imported functions were called with, how calls
   * ended, and in a recording from a file the whole machine at `marks` moments. Throws {@link DivergedError} with the first difference.
   */
  verify(): { readonly instructions: bigint; readonly actions: number; readonly marks: number };
  /**
   * A core dump of the machine as it stands, for other tools to open, such as `wasm-tools`: call frames with locals and
   * operands, memories and globals, in the format of the
   * {@link https://github.com/WebAssembly/tool-conventions/blob/main/Coredump.md WebAssembly tool conventions}.
   * Vectors and references among locals and operands are written as missing, references in globals as null (but
   * `i31` keeps its value); tables and objects have no place in the format. Without a call under way there are no frames.
   * `name` says what was executed, such as the module's address; the module's own name by default.
   * Throws {@link UsageError} if the dump does not fit memory.
   */
  coreDump(name?: string): Uint8Array;
  /** To be called by an imported function: the running `run` stops after the call that is being answered. */
  pause(): void;
  free(): void;
  [Symbol.dispose](): void;
}

/** The bytes or the text are not a valid module. `kind`: "malformed" or "invalid" (or "text" for the text format). */
export class CompileError extends Error { readonly kind: "malformed" | "invalid" | "text"; readonly offset: number | null; readonly line: number | null; readonly column: number | null }
/** Imports are missing or of the wrong type. */
export class LinkError extends Error { readonly problems: readonly { module: string; name: string; expected: string; found: string | null }[] }
/** Execution trapped. */
export class Trap extends Error { readonly info: TrapInfo; readonly kind: string }
/** The caller's own mistake: no such export, wrong argument count or type, a call in the wrong state. */
export class UsageError extends Error {}
/** The machine did not do again what is recorded: the record is of another one. `moment` is where that was noticed. */
export class DivergedError extends Error { readonly moment: Moment }
