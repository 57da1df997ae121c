// node:assert/strict for browsers: as much of it as tests use.
import { isDeepEqual } from "./equal.mjs";
import { show } from "./show.mjs";

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    this.name = "AssertionError";
    this.code = "ERR_ASSERTION";
    Object.assign(this, { actual, expected, operator });
  }
}

function refuse(message, automatic, { actual, expected, operator } = {}) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? automatic, actual, expected, operator });
}

/** A check of two values: what it is called, when it holds, and what is said when it does not. */
const comparison = (operator, holds, words) => (actual, expected, message) => {
  if (holds(actual, expected)) return;
  // A test's own words do not say what the values were.
  const values = `${words}\nactual:   ${show(actual)}\nexpected: ${show(expected)}`;
  const text = typeof message === "string" ? `${message}\n${values}` : message;
  refuse(text, values, { actual, expected, operator });
};

export function ok(value, message) {
  if (!value) refuse(message, `${show(value)} is not true`, { actual: value, expected: true, operator: "==" });
}

export const strictEqual = comparison("strictEqual", Object.is, "the values are not the same");
export const notStrictEqual = comparison("notStrictEqual", (one, other) => !Object.is(one, other), "the values are the same");
export const deepStrictEqual = comparison("deepStrictEqual", isDeepEqual, "the values are not deeply equal");
export const notDeepStrictEqual = comparison("notDeepStrictEqual", (one, other) => !isDeepEqual(one, other), "the values are deeply equal");
export const equal = strictEqual;
export const notEqual = notStrictEqual;
export const deepEqual = deepStrictEqual;
export const notDeepEqual = notDeepStrictEqual;

export function match(text, pattern, message) {
  if (typeof text !== "string" || !pattern.test(text)) refuse(message, `${show(text)} does not match ${pattern}`, { actual: text, expected: pattern, operator: "match" });
}

export function doesNotMatch(text, pattern, message) {
  if (typeof text === "string" && pattern.test(text)) refuse(message, `${show(text)} matches ${pattern}`, { actual: text, expected: pattern, operator: "doesNotMatch" });
}

export function fail(message) {
  refuse(message, "failed", { operator: "fail" });
}

export function ifError(value) {
  if (value !== null && value !== undefined) refuse(undefined, `an error is given: ${show(value)}`, { actual: value, operator: "ifError" });
}

/** Whether an error is what is expected: of a class, in words that match, with fields, or as a function finds. */
function check(error, expected, message) {
  if (expected === undefined) return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(error))) refuse(message, `${show(error)} does not match ${expected}`, { actual: error, expected });
  } else if (typeof expected === "object") {
    for (const key of Object.keys(expected)) {
      const wanted = expected[key];
      const holds = wanted instanceof RegExp && typeof error[key] === "string" ? wanted.test(error[key]) : isDeepEqual(error[key], wanted);
      if (!holds) refuse(message, `the error's ${key} is ${show(error[key])}, not ${show(wanted)}`, { actual: error, expected });
    }
  } else if (expected.prototype !== undefined && error instanceof expected) {
    // It is of the class.
  } else if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) {
    refuse(message, `${show(error)} is no ${expected.name}`, { actual: error, expected });
  } else if (expected.call({}, error) !== true) {
    refuse(message, `what was thrown is not as expected: ${show(error)}`, { actual: error, expected });
  }
}

/** The expectation and the words may change places: words alone are no expectation. */
const sorted = (expected, message) => (typeof expected === "string" ? [undefined, expected] : [expected, message]);

export function throws(act, ...rest) {
  const [expected, message] = sorted(...rest);
  try {
    act();
  } catch (error) {
    check(error, expected, message);
    return;
  }
  refuse(message, "nothing was thrown", { expected, operator: "throws" });
}

export async function rejects(act, ...rest) {
  const [expected, message] = sorted(...rest);
  try {
    await (typeof act === "function" ? act() : act);
  } catch (error) {
    check(error, expected, message);
    return;
  }
  refuse(message, "nothing was rejected", { expected, operator: "rejects" });
}

export function doesNotThrow(act, ...rest) {
  try {
    act();
  } catch (error) {
    refuse(sorted(...rest)[1], `${show(error)} was thrown`, { actual: error, operator: "doesNotThrow" });
  }
}

export async function doesNotReject(act, ...rest) {
  try {
    await (typeof act === "function" ? act() : act);
  } catch (error) {
    refuse(sorted(...rest)[1], `${show(error)} was rejected`, { actual: error, operator: "doesNotReject" });
  }
}

const assert = Object.assign((value, message) => ok(value, message), {
  AssertionError, ok, equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual,
  match, doesNotMatch, fail, ifError, throws, rejects, doesNotThrow, doesNotReject,
});
assert.strict = assert;
export { assert as strict };
export default assert;
