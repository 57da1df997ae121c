// What an interpreter is made with.
import { UsageError } from "./errors.js";
import { describe, toText } from "./given.js";

/** What is kept of the past unless the option says otherwise, in bytes. */
const HISTORY_BUDGET = 256 * 1024 * 1024;

/** The budget of the record as the raw layer takes it: below zero if nothing is to be recorded. */
function toHistoryBudget(history = true) {
  if (typeof history === "boolean") return history ? HISTORY_BUDGET : -1;
  if (typeof history === "number" && history >= 0) return Math.min(Math.floor(history), Number.MAX_SAFE_INTEGER);
  throw new UsageError(`history is true, false, or a number of bytes, not ${describe(history)}`);
}

/** The limits of a machine as the raw layer takes them. */
export function limitsOf({ memoryBudget, callDepth, gcBudget, translation = "folded", history }) {
  const limits = [toBound(memoryBudget, "memoryBudget"), toBound(callDepth, "callDepth"), toBound(gcBudget, "gcBudget")];
  return [...limits, toText(translation, "translation"), toHistoryBudget(history)];
}

/** A bound as the raw layer takes it: below zero for the default. */
function toBound(bound, name) {
  if (bound === undefined) return -1;
  if (typeof bound === "number" && bound >= 0) return Math.min(Math.floor(bound), Number.MAX_SAFE_INTEGER);
  throw new UsageError(`${name} is a number from 0 on, not ${describe(bound)}`);
}

/** Refuses limits for an instance that joins a machine which has its own. */
export function refuseLimits(options) {
  for (const name of ["memoryBudget", "callDepth", "gcBudget", "translation", "history"]) {
    if (options[name] !== undefined) throw new UsageError(`${name} is that of the store: it can't be given to an instance that joins it`);
  }
}
