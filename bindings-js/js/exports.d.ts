// What an instance exports, and the exceptions that imported functions throw into one.
import type { Trap, UsageError } from "./errors.js";
import type { TypedValue, WasmValue } from "./values.js";

/** A memory of an instance. It holds no bytes: each look asks the machine. */
export class MemoryView {
  private constructor();
  /** Its index in the module, from 0 on. */
  readonly index: number;
  /** Size in bytes. */
  readonly size: number;
  /** A copy of the bytes from `address`, shorter where memory ends. */
  read(address: number | bigint, length: number): Uint8Array;
  /**
   * All bytes, to be read and written in place: a {@link view} of the whole memory. Taking it costs a comparison of the
   * memory while a record is kept; a view of a few bytes costs next to nothing.
   */
  readonly bytes: Uint8Array;
  /**
   * Bytes to be read and written in place; up to the end of the memory without `length`. What is written is recorded.
   * A view is for use at once: it loses its bytes (its length becomes 0) when the machine goes on or is changed in any
   * other way, when Flight itself takes more memory, or when another machine's views end. So take it anew each time.
   * Throws {@link UsageError} where the bytes are not all inside.
   */
  view(address: number | bigint, length?: number | bigint): Uint8Array;
  /** Writes bytes; throws {@link UsageError} and writes nothing where they do not fit. */
  write(address: number | bigint, bytes: Uint8Array): void;
  /** Grows by so many pages: the size before, in pages. Throws {@link UsageError} where its type or the budget does not allow it. */
  grow(pages: number | bigint): number;
}

/** A table of an instance. */
export class TableView {
  private constructor();
  /** Its index in the module, from 0 on. */
  readonly index: number;
  /** The type of its entries. */
  readonly element: string;
  /** How many entries it has. */
  readonly size: number;
  /** One entry as it crosses a call; throws {@link UsageError} past the end. */
  get(entry: number): WasmValue;
  /** Changes one entry; throws {@link UsageError} past the end, or where the value has another type. */
  set(entry: number, value: WasmValue): void;
  /** Grows by so many entries that hold `value` (null): the size before. Throws {@link UsageError} where its type or the budget does not allow it. */
  grow(delta: number, value?: WasmValue): number;
  /** Up to `count` entries from `first` on, as inspection shows them; fewer where the table ends. */
  entries(first: number, count: number): TypedValue[];
}

/** A global that an instance exports. */
export class Global {
  private constructor();
  /** The type of its value, as the text format writes it. */
  readonly type: string;
  /** Whether its value can be changed. */
  readonly mutable: boolean;
  /** Its value, as it crosses a call. Setting it throws {@link UsageError} if the global is not mutable, or the value has another type. */
  value: any;
  /** As `value`, so that a global can stand in arithmetic. */
  valueOf(): any;
}

/** A tag that an instance exports: the kind of an exception. */
export class Tag {
  private constructor();
  /** The types of the arguments. */
  readonly parameters: readonly string[];
}

/**
 * An exception that an imported function throws into the guest: a handler for `tag` there catches it with `values`.
 * A {@link Trap} that a call from inside of an imported function threw, because of an exception that the guest did not catch,
 * goes on as that exception if the function lets it pass. Anything else that an imported function throws is caught
 * by handlers for all exceptions and for {@link JSTag}; where there are none the machine traps, and what was thrown is the `cause`.
 */
export class Exception extends Error {
  /** `values` are one for each of the tag's parameters. Throws {@link UsageError} if they do not fit. */
  constructor(tag: Tag, values?: readonly WasmValue[]);
  /** The tag that it was made with. */
  readonly tag: Tag;
  /** What it carries: one value for each of the tag's parameters. */
  readonly values: readonly WasmValue[];
}

/** The tag of what imported functions throw that is no exception of a guest's. A module may import it: its one parameter is what was thrown. */
export const JSTag: {
  /** Says that it is a tag. */
  readonly kind: "tag";
  /** The types of the arguments: one for what was thrown. */
  readonly parameters: readonly ["externref"];
};
