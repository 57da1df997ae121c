// What an interpreter is made with: imports and options.
import type { Interpreter } from "./index.js";
import type { UsageError } from "./errors.js";
import type { Global, MemoryView, TableView, Tag } from "./exports.js";
import type { WasmValue } from "./values.js";

/** A fresh global of the wanted type. */
export interface GlobalImport {
  /** Says that it is a global. */
  readonly kind: "global";
  /** The value that it begins with, as for an argument; zero or null if left out. */
  readonly value?: WasmValue;
}

/** A fresh memory of the wanted type. */
export interface MemoryImport {
  /** Says that it is a memory. */
  readonly kind: "memory";
  /** The size that it begins with, in pages; as wanted if left out. */
  readonly minimum?: number;
  /** The size that it never grows beyond, in pages; as wanted if left out. */
  readonly maximum?: number;
}

/** A fresh table of the wanted type, every entry null. */
export interface TableImport {
  /** Says that it is a table. */
  readonly kind: "table";
  /** The size that it begins with, in entries; as wanted if left out. */
  readonly minimum?: number;
  /** The size that it never grows beyond, in entries; as wanted if left out. */
  readonly maximum?: number;
}

/** A fresh tag of the wanted type. */
export interface TagImport {
  /** Says that it is a tag. */
  readonly kind: "tag";
}

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

/** What a module's imports are given, by their first name and then their second. What the module does not import is passed over. */
export type Imports = Record<string, Record<string, ImportValue>>;

/** What an interpreter is made with. */
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

/** What an interpreter is made with that goes on where a snapshot was made. */
export interface RestoreOptions extends Options {
  /** Gives the JavaScript value for a number in `heldValues` of the machine that the snapshot is of; `undefined` for all if left out. */
  readonly value?: (number: number) => unknown;
}
