/// <reference lib="esnext.disposable" />
/**
 * Flight: a WebAssembly interpreter and debugger that itself runs in WebAssembly.
 *
 * A {@link Module} is decoded and validated once; an {@link Interpreter} instantiates it and executes it,
 * one instruction at a time or at full speed.
 * Positions are always byte offsets in the module; time is the number of instructions executed.
 */

import type { Breakpoints, Expression } from "./breakpoints.js";
import type { CompileError, DivergedError, LinkError, Trap, UsageError } from "./errors.js";
import type { Events } from "./events.js";
import type { MemoryView, TableView } from "./exports.js";
import type { Imports, Options, RestoreOptions } from "./imports.js";
import type {
  ExportDescriptor, FunctionDescriptor, ImportDescriptor, ModuleOptions, PrintedText, SectionDescriptor, TextPosition,
} from "./modules.js";
import type { Branch, GivenMoment, History, JournalEntry, Moment, OperandPlace, Origin, Verified, WrittenPlace } from "./past.js";
import type { FunctionCoverage, Profile, ProfileOptions } from "./profiles.js";
import type { AsyncRunOptions, Callee, RunOptions, State, StepOptions, Stop, StoppableCall } from "./running.js";
import type { ObjectReference, ObjectView, TypedValue, WasmValue } from "./values.js";
import type { Explanation, Frame, GlobalView, HeldValue, Label, Local, PartsOptions, TrapInfo } from "./views.js";
import type { Watched, Watchpoints } from "./watchpoints.js";

export { CompileError, DivergedError, LinkError, Trap, UsageError } from "./errors.js";
export { Exception, Global, JSTag, MemoryView, TableView, Tag } from "./exports.js";
export type * from "./breakpoints.js";
export type { LinkProblem } from "./errors.js";
export type * from "./events.js";
export type * from "./imports.js";
export type * from "./modules.js";
export type * from "./past.js";
export type * from "./profiles.js";
export type * from "./running.js";
export type * from "./values.js";
export type * from "./views.js";
export type * from "./watchpoints.js";

/** Bytes as they are given: those of a typed array or `DataView` are the part that it shows. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** `WebAssembly.Module`, where the types of the platform at hand have it. */
export type CompiledWasm = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Compiled } } } ? Compiled : never;

/** What one of Flight's own WebAssembly files is taken from: its bytes, compiled, as a response, or by its address. */
export type WasmSource = Bytes | CompiledWasm | Response | Promise<Response> | URL | string;

/** Where Flight's own WebAssembly files are; each lies beside the package's JavaScript if left out. */
export interface WasmSources {
  /** `flight-wasm/flight_bg.wasm`, which executes. */
  readonly core?: WasmSource;
  /** `flight-wasm/flight_text_bg.wasm`, which parses text: loaded by the first {@link Module.fromWat}, not before. */
  readonly text?: WasmSource;
}

/**
 * Loads Flight's own WebAssembly. Every static method calls it; call it early to pay the cost early.
 *
 * A source is that of `flight_bg.wasm`; with `{ core, text }` the file that parses text is told as well. Neither is needed
 * where the files lie beside the package's JavaScript, or where a bundler takes them along by `new URL(…, import.meta.url)`,
 * as Vite, webpack and Rollup do. What is told once a file is loaded changes nothing; after a failure it may be told again.
 */
export function init(source?: WasmSource | WasmSources): Promise<void>;

/** A decoded and validated module. */
export class Module {
  private constructor();
  /** Decodes and validates. Throws {@link CompileError}. */
  static fromBytes(bytes: Bytes | Response | Promise<Response>, options?: ModuleOptions): Promise<Module>;
  /** Parses WebAssembly text, then as {@link fromBytes}. A {@link CompileError} from the text has `line` and `column`. */
  static fromWat(text: string, options?: ModuleOptions): Promise<Module>;
  /** The module's bytes (a copy). */
  readonly bytes: Uint8Array;
  /** Its own name in the name section; `null` if it has none there. */
  readonly name: string | null;
  /** The features beyond version 1 that the module uses, by short name, oldest first. */
  readonly features: readonly string[];
  /** What it imports, in the order of the bytes. */
  readonly imports: readonly ImportDescriptor[];
  /** What it exports, in the order of the bytes. */
  readonly exports: readonly ExportDescriptor[];
  /** All functions by index: imported ones, then those that it defines. */
  readonly functions: readonly FunctionDescriptor[];
  /** The sections, in the order of the bytes. */
  readonly sections: readonly SectionDescriptor[];
  /** The contents of the custom sections of this name, such as "name", "producers" or ".debug_info": copies, none if there are none. */
  customSections(name: string): Uint8Array[];
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
  /** Gives back the memory that it takes. Whatever is asked of it later throws {@link UsageError}; its instances go on executing. To free it again does nothing. */
  free(): void;
  /** As `free`, for `using`. */
  [Symbol.dispose](): void;
}

/** Executes one instance of a module. */
export class Interpreter {
  /** Instantiates. Throws {@link LinkError} naming every import that is missing or of the wrong type, {@link Trap} if initialisation traps. */
  constructor(module: Module, imports?: Imports, options?: Options);
  /** The module that it is an instance of. */
  readonly module: Module;
  /** What the module exports, by name. Each may be called or used from here, and given to another instance as an import. */
  readonly exports: { readonly [name: string]: any };
  /** The number of the instance in its store: 0 for the first one. */
  readonly instance: number;
  /** The instances of the same store, in the order in which they were made; those that were freed are not among them. They share one machine: its state, its time, its frames and its past. */
  readonly instances: readonly Interpreter[];
  /** Calls a function and runs it to the end: the result, an array for several, `undefined` for none. Throws {@link Trap}. */
  call(target: Callee, ...args: WasmValue[]): any;
  /**
   * The same with imports that may return promises. It runs in slices of some milliseconds, between which the event loop
   * gets a turn, so that a page stays responsive. `{ function, signal }` in the place of the name lets an `AbortSignal`
   * stop it: it rejects with the signal's reason, and the machine stays where it is, to be looked at or to go on.
   * Neither this nor `call` stops at breakpoints.
   */
  callAsync(target: Callee | StoppableCall, ...args: WasmValue[]): Promise<any>;
  /** Prepares a call and pauses before its first instruction. An unfinished earlier run is dropped. */
  start(target: Callee, ...args: WasmValue[]): void;
  /** Executes one instruction. An imported function that it calls is called and answered within the step. */
  step(): Stop;
  /** As `step`, but a call is run to its return. `fuel` bounds the instructions executed. */
  stepOver(options?: StepOptions): Stop;
  /** Runs until the current function has returned to its caller. */
  stepOut(options?: StepOptions): Stop;
  /** Runs until the end, a trap, a breakpoint or watchpoint, `until`, or until `fuel` instructions were executed (default: no bound). */
  run(options?: RunOptions): Stop;
  /** As `run`, in slices as `callAsync`; promises that imported functions return are waited for. */
  runAsync(options?: AsyncRunOptions): Promise<Stop>;

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
  seek(to: number | bigint | GivenMoment): Stop;
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
  /** Where the machine stands: what has come of the call, or what it waits for. */
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
  /** The labels that are open in the innermost frame, outermost first. */
  readonly labels: readonly Label[];
  /** The parameters and locals of a frame; `frame` is its distance from the innermost one (0). Throws {@link UsageError} if there are not so many. */
  locals(frame?: number): readonly Local[];
  /** Call frames, innermost first: all of them. */
  readonly frames: readonly Frame[];
  /** Up to `count` call frames, innermost first; `first` is the distance of the first one from the innermost. */
  framesFrom(first: number, count?: number): readonly Frame[];
  /** How many calls lie on each other: how many frames there are. */
  readonly depth: number;
  /** What the next instruction will do; `null` unless paused before one. */
  readonly explanation: Explanation | null;
  /**
   * The value of an expression in a frame, by default the innermost; where no call is under way, over globals and memories.
   * An integer is a BigInt if a 64-bit one had a part in it (or it is too large), else a number; references are as in
   * inspection. Throws {@link UsageError} for a mistake in it, with the column, or where it cannot be evaluated.
   */
  evaluate(expression: Expression, frame?: number): WasmValue;
  /** The instance's globals by index: imported ones, then those that the module defines. */
  readonly globals: readonly GlobalView[];
  /** The memory at an index, 0 if left out. Throws {@link UsageError} if there is none. */
  memory(index?: number): MemoryView;
  /** The instance's memories by index: imported ones, then those that the module defines. */
  readonly memories: readonly MemoryView[];
  /** How many memories there are. */
  readonly memoryCount: number;
  /** The table at an index, 0 if left out. Throws {@link UsageError} if there is none. */
  table(index?: number): TableView;
  /** The instance's tables by index: imported ones, then those that the module defines. */
  readonly tables: readonly TableView[];
  /** How many tables there are. */
  readonly tableCount: number;
  /** Looks into an object: up to `count` (100) of its parts from `first` (0) on. Throws {@link UsageError} once it has been collected. */
  object(reference: ObjectReference, page?: PartsOptions): ObjectView;
  /**
   * Keeps an object alive until `release` has been called as often. Without that, an object that a call returns or hands
   * to an imported function lives until the machine goes on. Throws {@link UsageError} once it has been collected.
   */
  keep(reference: ObjectReference): void;
  /** Takes back one `keep`. */
  release(reference: ObjectReference): void;
  /** The results of a finished call; `null` before. */
  readonly results: readonly TypedValue[] | null;
  /** The trap that the machine is in; `null` if it is in none. */
  readonly trap: TrapInfo | null;
  /** Where runs stop, to be added and taken away: each instance has its own. */
  readonly breakpoints: Breakpoints;
  /** What is watched, to be added and taken away: one list for all instances of the store. */
  readonly watchpoints: Watchpoints;
  /**
   * The whole machine as bytes, whatever state it is in, for {@link Interpreter.restore}: in another process, another
   * browser, natively by the `flight` command or the Rust crates. Not in it: the module, imported functions, breakpoints,
   * what is recorded, and the JavaScript values that the guest holds; for these see `heldValues`.
   */
  snapshot(): Uint8Array;
  /** The JavaScript values that the guest still reaches as references, each with the number that stands for it in a snapshot. */
  readonly heldValues: readonly HeldValue[];
  /**
   * Goes on exactly where a snapshot was made, with the same module and imports of the same kinds and types; the start
   * function is not called again. `value` gives back the JavaScript values by their numbers in `heldValues`.
   * Throws {@link UsageError} in words, and nothing is executed, if the bytes are no snapshot, are damaged or of a newer
   * version, or are of another module.
   */
  static restore(module: Module, snapshot: Uint8Array, imports?: Imports, options?: RestoreOptions): Interpreter;
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
  static fromRecording(bytes: Bytes | Response | Promise<Response>, imports?: Imports, options?: Options): Promise<Interpreter>;
  /**
   * Who wrote something last before the present moment, an instruction or the embedder; `null` if nobody since the record
   * began. A local is that of a call under way. Bytes, entries and lengths as in {@link Watched}.
   */
  lastWrite(place: WrittenPlace): Origin | null;
  /**
   * Which instruction pushed an operand: `stackSlot` counts from the bottom of a frame's operands (`frame` is the distance
   * from the innermost one, 0 if left out); in a trapped machine `trapOperand` counts those of the instruction that
   * trapped, as `trap.operands` does. `null` if it was there when the record began.
   */
  origin(of: OperandPlace): Origin | null;
  /** How an operand came about: who pushed it, and if that was a copy, where the copied value comes from, and so on; nearest first, at most `most` (50). */
  trail(of: OperandPlace, most?: number): Origin[];
  /**
   * What was executed from the beginning of the record, or from the moment or time `from`, up to the present moment:
   * instructions and calls, function by function, those of linked instances too. Nothing is counted while the machine runs:
   * the record is executed again, without calling imported functions, and the machine stays where it is.
   * The counts are exact: the instructions of all functions together are the time that has passed.
   * Throws {@link UsageError} if nothing is recorded, or `from` does not lie between the beginning of the record and the present.
   */
  profile(options?: ProfileOptions): Profile;
  /**
   * Which instructions ran in the same time, for each function that the module defines, in their order.
   * It takes less time than a profile.
   */
  coverage(options?: ProfileOptions): readonly FunctionCoverage[];
  /**
   * Executes what is recorded again from its beginning, and compares: what imported functions were called with, how calls
   * ended, and in a recording from a file the whole machine at `marks` moments. Throws {@link DivergedError} with the first difference.
   */
  verify(): Verified;
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
  /**
   * Calls `listener` when something happens: "output" (a breakpoint with a log has written), "hostcall" (an imported function
   * has been called), "trap", or "growth" (of a memory or table). What comes back takes it away again.
   * What a listener throws is reported as an uncaught error; the machine goes on.
   */
  on<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => void): () => void;
  /** Takes a listener away: whether it was there. */
  off<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => void): boolean;
  /** To be called by an imported function: the running `run` stops after the call that is being answered. */
  pause(): void;
  /**
   * Frees the instance; with the last one of its store the machine goes, and the memory that it takes. Whatever is asked
   * of it later throws {@link UsageError}. To free it again does nothing.
   */
  free(): void;
  /** As `free`, for `using`. */
  [Symbol.dispose](): void;
}
