// The errors that the package throws.
import type { Moment } from "./past.js";
import type { TrapInfo } from "./views.js";

/** The bytes or the text are not a valid module. */
export class CompileError extends Error {
  /** "malformed": the bytes are not in the binary format; "invalid": they do not pass validation; "text": the text cannot be parsed. */
  readonly kind: "malformed" | "invalid" | "text";
  /** The byte offset in the module at which the mistake was found; `null` if the text cannot be parsed. */
  readonly offset: number | null;
  /** The line in the text, from 1 on; `null` for a module made of bytes, or a mistake that belongs to no instruction. */
  readonly line: number | null;
  /** The column in that line, from 1 on, in UTF-16 units; `null` where `line` is. */
  readonly column: number | null;
}

/** An import that could not be satisfied. */
export interface LinkProblem {
  /** The first of the import's two names. */
  readonly module: string;
  /** The second of the import's two names. */
  readonly name: string;
  /** The type that is wanted, in words. */
  readonly expected: string;
  /** What was given instead, in words; `null` if nothing was. */
  readonly found: string | null;
}

/** Imports are missing or of the wrong type, or the module's memories and tables do not fit the budget. */
export class LinkError extends Error {
  /** Every import that could not be satisfied; none if it was the budget. */
  readonly problems: readonly LinkProblem[];
}

/** Execution trapped. `cause` is what an imported function threw. */
export class Trap extends Error {
  /** Why, where, and with which operands. */
  readonly info: TrapInfo;
  /** As `info.kind`. */
  readonly kind: string;
  /** The guest's calls, innermost first, one on each line as in `stack`: "    at name (wasm-function[3]:0x1a2)". */
  readonly guestStack: string;
}

/** The caller's own mistake: no such export, wrong argument count or type, a call in the wrong state. */
export class UsageError extends Error {
  /** The guest's calls, as in {@link Trap.guestStack}, if the mistake was met while some were under way. */
  readonly guestStack?: string;
}

/** The machine did not do again what is recorded: the record is of another one. */
export class DivergedError extends Error {
  /** Where that was noticed. */
  readonly moment: Moment;
}
