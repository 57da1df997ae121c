// Watchpoints, and what they have noticed.
import type { UsageError } from "./errors.js";
import type { TypedValue } from "./values.js";

/** Bytes of a memory, or entries of a table, or a global. Addresses, entries and lengths are numbers or BigInts. */
export type SharedPlace =
  | {
      /** The memory's index; 0 if left out. */
      readonly memory?: number;
      /** The address of the first byte. */
      readonly address: number | bigint;
      /** How many bytes; 1 if left out. */
      readonly length?: number | bigint;
    }
  | {
      /** The global's index. */
      readonly global: number;
    }
  | {
      /** The table's index. */
      readonly table: number;
      /** The position of the first entry. */
      readonly entry: number | bigint;
      /** How many entries; 1 if left out. */
      readonly count?: number | bigint;
    };

/** Something that can be watched. A local is watched in every call of its function. */
export type Watched =
  | SharedPlace
  | {
      /** The index of the local's function. */
      readonly function: number;
      /** The local's index; parameters come first. */
      readonly local: number;
    };

/** Accesses that a watchpoint stops behind. */
export type WatchKind =
  /** An instruction reads it. */
  | "read"
  /** An instruction writes it, whether or not the value is another one then. */
  | "write"
  /** A read or a write. */
  | "access"
  /** A write after which the value is another one. */
  | "change";

/** A watchpoint that has been set: what it watches, and how. */
export type Watchpoint = Watched & {
  /** Its number: no other watchpoint of the machine has had it. */
  readonly id: number;
  /** Which accesses it stops behind. */
  readonly on: WatchKind;
};

/** What a watched thing held: a value, an entry of a table, or bytes (at most 64, the first that differ among them). */
export type WatchValue =
  | TypedValue
  | (TypedValue & {
      /** The entry's position in the table. */
      readonly entry: bigint;
    })
  | {
      /** The address of the first of the bytes. */
      readonly address: bigint;
      /** The bytes. */
      readonly bytes: Uint8Array;
    };

/** An access of what is watched. */
export interface WatchHit {
  /** The watchpoint that noticed it. */
  readonly watchpoint: Watchpoint;
  /** What the instruction did. */
  readonly access: "read" | "write";
  /** How many instructions had been executed before the one that did it. */
  readonly time: bigint;
  /** The index of the function that the instruction is in, in the module of that function's instance. */
  readonly function: number;
  /** The instruction's byte offset in the module. */
  readonly offset: number;
  /** The instruction as text, with immediates ("i32.store offset=4"). */
  readonly instruction: string;
  /** How many calls lay on each other, the instruction's own included. */
  readonly depth: number;
  /** What was there before the instruction. */
  readonly old: WatchValue;
  /** What is there after it; for a read the same as before. */
  readonly new: WatchValue;
}

/** How something is to be watched. */
export interface WatchOptions {
  /** Which accesses are stopped behind; "write" if left out. */
  readonly on?: WatchKind;
}

/** The watchpoints of a machine, those that linked instances have set among them. To go through it gives them in the order in which they were set. */
export interface Watchpoints extends Iterable<Watchpoint> {
  /**
   * Lets `run`, `reverseContinue` and the others stop behind each instruction that accesses it so. `on` is "write" if left out,
   * `length` and `count` 1. Only what the guest does counts, not what is changed by hand or by imported functions.
   * Nothing is slower while nothing is watched. Throws {@link UsageError} if there is no such thing.
   */
  add(what: Watched & WatchOptions): Watchpoint;
  /** Takes away a watchpoint, given by its number or as `add` gave it. True if there was one. */
  remove(watchpoint: number | WatchpointNumber): boolean;
  /** Takes all of them away. */
  clear(): void;
  /** How many there are. */
  readonly size: number;
  /** The accesses that the last step or run came behind. */
  readonly hits: readonly WatchHit[];
}

/** What names a watchpoint. */
export interface WatchpointNumber {
  /** The watchpoint's number. */
  readonly id: number;
}
