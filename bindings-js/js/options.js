// What an interpreter is made with.
import { UsageError } from "./errors.js";

/** What is kept of the past unless the option says otherwise, in bytes. */
const HISTORY_BUDGET = 256 * 1024 * 1024;

/** The budget of the record as the raw layer takes it: below zero if nothing is to be recorded. */
export function toHistoryBudget(history = true) {
  if (typeof history === "boolean") return history ? HISTORY_BUDGET : -1;
  if (typeof history === "number" && history >= 0) return Math.min(Math.floor(history), Number.MAX_SAFE_INTEGER);
  throw new UsageError(`history is true, false, or a number of bytes, not ${String(history)}`);
}
