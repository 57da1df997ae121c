/** Turns what the package throws into words that the page can show. */
import { CompileError, LinkError, Trap, UsageError } from "flight-wasm";
import type { Problem } from "../protocol.ts";
import { plainTrap } from "./plain.ts";

/** The problem that an error stands for; null where the error is none of the package's own, so Flight itself is at fault. */
export function problemOf(error: unknown): Problem | null {
  const place = { line: null, column: null, offset: null, trap: null };
  if (error instanceof CompileError) {
    return { kind: error.kind, message: error.message, line: error.line, column: error.column, offset: error.offset, trap: null };
  }
  if (error instanceof LinkError) {
    return { ...place, kind: "link", message: error.message };
  }
  if (error instanceof Trap) {
    const trap = plainTrap(error.info);
    return { ...place, kind: "trap", message: error.message, offset: trap.offset, trap };
  }
  if (error instanceof UsageError) {
    return { ...place, kind: "usage", message: error.message };
  }
  return null;
}
