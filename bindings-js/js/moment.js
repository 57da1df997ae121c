// Moments of a machine's course.
import { UsageError } from "./errors.js";
import { describe } from "./given.js";

/** Whether one moment is earlier than another. */
export function isBefore(one, other) {
  if (one.time !== other.time) return one.time < other.time;
  if (one.actions !== other.actions) return one.actions < other.actions;
  return !one.trapped && other.trapped;
}

/** A whole number from 0 on as a BigInt of 64 bits. */
export function toTime(time) {
  const whole = typeof time === "bigint" || Number.isSafeInteger(time);
  if (!whole || time < 0 || BigInt(time) >= 2n ** 64n) throw new UsageError(`${describe(time)} is no time`);
  return BigInt(time);
}

/** A count of actions as the raw layer takes it. */
export function toActions(actions) {
  const number = typeof actions === "bigint" ? Number(actions) : actions;
  if (!Number.isSafeInteger(number) || number < 0) throw new UsageError(`${describe(actions)} is no number of actions`);
  return number;
}
