// What nobody should give to anything, and may: for the tests of every member.

/** Thrown by what was given itself: that passes through. */
export class Mine extends Error {}

const throwing = () => {
  throw new Mine("thrown by what was given");
};

/** Values by what they are called in messages; made anew each time, since some are used up. */
export const HOSTILE = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  NaN: () => NaN,
  "-1": () => -1,
  "-0": () => -0,
  "0.5": () => 0.5,
  "2^31": () => 2 ** 31,
  "2^32": () => 2 ** 32,
  "2^32 - 1": () => 2 ** 32 - 1,
  "2^53": () => 2 ** 53,
  "1e308": () => 1e308,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "empty text": () => "",
  text: () => "text",
  "text with a mark": () => "\u0001n5",
  "half a character": () => "\ud800",
  "a long text": () => "x".repeat(100_000),
  "-1n": () => -1n,
  "5n": () => 5n,
  "2n^64": () => 2n ** 64n,
  "2n^1000": () => 2n ** 1000n,
  "a symbol": () => Symbol("s"),
  "an object": () => ({}),
  "an object without prototype": () => Object.create(null),
  "an array": () => [1, "2", 3n],
  "a function": () => () => 5,
  "a class": () => class {},
  "a date": () => new Date(5),
  "a promise": () => Promise.resolve(5),
  "a thenable that never settles": () => ({ then() {} }),
  "an object that refuses to be a number": () => ({ valueOf: throwing, toString: throwing }),
  "an object that becomes an object": () => ({ valueOf: () => ({}), toString: () => ({}) }),
  "an object that refuses to be read": () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "an object that claims to be anything": () => new Proxy({}, { get: (target, key) => (key === Symbol.toPrimitive ? () => 7 : 7), has: () => true }),
  "detached bytes": () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  "bytes without elements": () => new Uint8Array(0),
  "other elements": () => new Float64Array([NaN, 1e300]),
  "a false reference to a function": () => ({ function: 0, name: "f", address: 1e9 }),
  "a false reference to an object": () => ({ object: "struct", name: null, length: 1, handle: 1e9, generation: 7 }),
  "a reference that is no number": () => ({ handle: NaN, generation: -1 }),
  "a false small integer": () => ({ i31: 2 ** 40 }),
  "something kept": () => ({ kept: 1e9 }),
  "a false import": () => ({ kind: "memory", minimum: -5, maximum: NaN }),
  "a false table": () => ({ kind: "table", minimum: 2 ** 40 }),
  "a false global": () => ({ kind: "global", value: Symbol("s") }),
};

/** Whether an error is the doing of the value that was given. */
const isOfTheValue = (error) => error instanceof Mine || (error instanceof TypeError && /revoked|Class constructor/.test(error.message));

/** What was thrown otherwise than documented, in words; null if all is well. */
export function mistake(error, documented) {
  if (isOfTheValue(error) || documented.some((Class) => error instanceof Class && error.message.length > 5)) return null;
  return `${error?.name ?? typeof error}: ${String(error?.message ?? error).slice(0, 120)}${error instanceof WebAssembly.RuntimeError ? " (Flight itself has failed)" : ""}`;
}

/** Every list of arguments in which one, or a field of one, is something hostile. */
export function* hostileArguments(given) {
  for (const [name, make] of Object.entries(HOSTILE)) {
    for (const index of given.keys()) {
      yield [`${name} as argument ${index}`, replaced(given, index, make())];
      const value = given[index];
      if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) continue;
      for (const key of Object.keys(value)) {
        yield [`${name} as ${key} in argument ${index}`, replaced(given, index, { ...value, [key]: make() })];
      }
    }
  }
}

const replaced = (list, index, value) => list.map((old, at) => (at === index ? value : old));
