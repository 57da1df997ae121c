// Deep equality as Node's assert.deepStrictEqual has it: prototypes, own enumerable properties, Object.is.

const isObject = (value) => typeof value === "object" && value !== null;
const tag = (value) => Object.prototype.toString.call(value);

/** `under` holds the pairs that are being compared, so that values which contain themselves have an end. */
export function isDeepEqual(one, other, under = []) {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other) || tag(one) !== tag(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other) || !hasEqualContents(one, other)) return false;
  if (under.some(([left, right]) => left === one && right === other)) return true;
  const pairs = [...under, [one, other]];
  if (one instanceof Map) return isEqualMap(one, other, pairs);
  if (one instanceof Set) return isEqualSet(one, other, pairs);
  const keys = ownKeys(one);
  const others = ownKeys(other);
  return keys.length === others.length && keys.every((key) => others.includes(key) && isDeepEqual(one[key], other[key], pairs));
}

const ownKeys = (value) =>
  // Elements of typed arrays have been compared, and there may be millions.
  ArrayBuffer.isView(value) ? [] : Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));

/** What is in a value beside its properties. */
function hasEqualContents(one, other) {
  if (one instanceof Date) return Object.is(one.getTime(), other.getTime());
  if (one instanceof RegExp) return String(one) === String(other) && one.lastIndex === other.lastIndex;
  if (one instanceof Error) return one.message === other.message && one.name === other.name;
  if (one instanceof Number || one instanceof String || one instanceof Boolean) return Object.is(one.valueOf(), other.valueOf());
  if (one instanceof Map || one instanceof Set) return one.size === other.size;
  if (Array.isArray(one)) return one.length === other.length;
  if (one instanceof DataView || one instanceof ArrayBuffer) return hasEqualBytes(bytesOf(one), bytesOf(other));
  if (ArrayBuffer.isView(one)) return hasEqualBytes(one, other);
  // What they are to others cannot be looked into.
  return !(one instanceof WeakMap || one instanceof WeakSet || one instanceof WeakRef || one instanceof Promise);
}

const bytesOf = (value) => (ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value));

const hasEqualBytes = (one, other) => one.length === other.length && one.every((element, index) => Object.is(element, other[index]));

function isEqualMap(one, other, pairs) {
  const left = [...other.entries()];
  return [...one].every(([key, value]) => {
    const at = left.findIndex(([otherKey, otherValue]) => isDeepEqual(key, otherKey, pairs) && isDeepEqual(value, otherValue, pairs));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function isEqualSet(one, other, pairs) {
  const left = [...other];
  return [...one].every((value) => {
    const at = left.findIndex((otherValue) => isDeepEqual(value, otherValue, pairs));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
