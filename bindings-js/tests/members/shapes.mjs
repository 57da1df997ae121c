// Which of the declared shapes a value has. Shapes are what is left of declared types when names, unions and
// intersections are resolved: words and numbers, arrays, plain objects, instances of classes, functions.

/** Types of the language and the platform that take others, by what tells their values. */
const GENERIC = {
  Promise: (value) => typeof value?.then === "function",
  Iterable: (value) => typeof value?.[Symbol.iterator] === "function",
  IterableIterator: (value) => typeof value?.next === "function",
  Iterator: (value) => typeof value?.next === "function",
  Record: (value) => typeof value === "object" && value !== null,
  BufferSource: (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value),
  ArrayBufferView: (value) => ArrayBuffer.isView(value),
};

const isObject = (value) => typeof value === "object" && value !== null;

export const isPlain = (value) => {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

export class Shapes {
  #declared;
  #found = new WeakMap();

  constructor(declared) {
    this.#declared = declared;
  }

  /** The shapes that a type allows. */
  of(type) {
    if (!this.#found.has(type)) {
      // A type that contains itself finds this.
      this.#found.set(type, []);
      this.#found.set(type, this.#resolve(type));
    }
    return this.#found.get(type);
  }

  #resolve(type) {
    if (type.kind === "union") return type.types.flatMap((one) => this.of(one));
    if (type.kind === "intersection") return type.types.map((one) => this.of(one)).reduce(joined);
    if (type.kind !== "ref") return [type];
    if (type.name === "Readonly") return this.of(type.types[0]);
    const declared = this.#declared[type.name];
    if (declared === undefined) return [{ kind: "builtin", name: type.name, types: type.types }];
    if (declared.kind === "type") return this.of(declared.type);
    return [declared.members.some((member) => member.overloads) || declared.kind === "class" ? { kind: "instance", declared } : this.#fieldsOf(declared)];
  }

  /** An interface of fields only, with those that it takes over. */
  #fieldsOf(declared) {
    const inherited = declared.extends.flatMap((parent) => this.of(parent)).flatMap((shape) => shape.fields ?? []);
    return { kind: "object", fields: [...inherited, ...declared.members] };
  }

  /** What an instance has: its members, and those that it takes over. */
  membersOf(declared) {
    const members = [...declared.members];
    for (const parent of declared.extends) {
      const known = this.#declared[parent.name];
      if (known) members.push(...this.membersOf(known));
      if (parent.name === "Iterable") members.push(iteration(declared.name, parent.types[0]));
    }
    if (this.#declared[declared.base]) members.push(...this.membersOf(this.#declared[declared.base]));
    return members;
  }

  /** The one shape among a type's that a value has; undefined if it has none. */
  match(type, value) {
    const fitting = this.of(type).filter((shape) => this.#fits(shape, value));
    const exact = fitting.filter((shape) => shape.kind === "object" && extraKeys(shape, value).length === 0);
    // Where anything is allowed, a plain object need not be one of those that have a name.
    const wide = fitting.find((shape) => shape.kind === "any");
    return exact[0] ?? wide ?? fitting[0];
  }

  fits(type, value) {
    return this.of(type).some((shape) => this.#fits(shape, value));
  }

  #fits(shape, value) {
    switch (shape.kind) {
      case "any":
        return true;
      case "keyword":
        return shape.name === "null" ? value === null : typeof value === shape.name;
      case "literal":
        return value === shape.value;
      case "array":
        return Array.isArray(value);
      case "function":
        return typeof value === "function";
      case "map":
        return isPlain(value);
      case "object":
        return isPlain(value) && shape.fields.every((field) => this.#hasField(field, value));
      case "instance":
        return isObject(value) && !isPlain(value) && isCalled(shape.declared, value, this.membersOf(shape.declared));
      case "builtin":
        return isBuiltin(shape.name, value);
      default:
        return false;
    }
  }

  /** A field that has to be there is; one that holds a word holds a declared one. */
  #hasField(field, value) {
    if (!(field.key in value)) return field.optional;
    const shapes = this.of(field.type);
    return shapes.every((shape) => shape.kind !== "literal") || shapes.some((shape) => this.#fits(shape, value[field.key]));
  }
}

/** Intersections: every combination, with the fields of both. */
function joined(left, right) {
  return left.flatMap((one) =>
    right.map((other) =>
      one.kind === "object" && other.kind === "object" ? { kind: "object", fields: [...one.fields, ...other.fields] } : { kind: "any" },
    ),
  );
}

export const iteration = (owner, of) => ({
  key: "[Symbol.iterator]",
  id: `${owner}[Symbol.iterator]`,
  static: false,
  optional: false,
  described: true,
  overloads: [{ params: [], returns: { kind: "ref", name: "IterableIterator", types: [of] } }],
});

export const extraKeys = (shape, value) => Object.keys(value).filter((key) => !shape.fields.some((field) => field.key === key));

/** An instance of a class is told by its class's name, one of an interface by having all that is in it. */
function isCalled(declared, value, members) {
  if (declared.kind === "interface") return members.every((member) => member.optional || propertyKey(member.key) in value);
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (at.constructor?.name === declared.name) return true;
  }
  return false;
}

function isBuiltin(name, value) {
  if (GENERIC[name]) return GENERIC[name](value);
  const constructor = globalThis[name];
  return typeof constructor !== "function" || value instanceof constructor;
}

/** The property that a member's name stands for: `[Symbol.iterator]` is a symbol. */
export function propertyKey(key) {
  const symbol = /^\[Symbol\.(\w+)\]$/.exec(key)?.[1];
  return symbol === undefined ? key : Symbol[symbol];
}
