// Notes which documented members the tests use, and whether what comes back is as documented.
// What the package does with its own members does not count, nor does what these notes look at.
import { Shapes, extraKeys, isPlain, propertyKey } from "./shapes.mjs";

/** So many elements of a list are looked at. */
const MOST_ELEMENTS = 1000;
/** The engine's own errors: where the package throws one, it has not looked at what it was given. */
const ENGINE_ERRORS = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "RuntimeError", "EvalError", "CompileError", "LinkError"];
const SILENT = new Set(["name", "message", "stack", "cause"]);

/** What has been found out so far; there is one record for all tests of a process or page. */
export class Record {
  /** Names of what was used. */
  used = new Set();
  /** In words, what was not as documented. */
  faults = new Set();
  /** While this is true nothing is noted, and little time is lost. */
  paused = false;
  #declared;
  #shapes;
  #classes = new Map();
  #prepared = new WeakSet();
  #seen = new WeakSet();
  #callbacks = new WeakMap();
  /** How many members are just being executed, and how many promises of theirs have not settled. */
  #under = 0;
  #pending = 0;

  constructor(declared) {
    this.#declared = declared;
    this.#shapes = new Shapes(declared);
  }

  /** The package's exports, with everything that they give noted. */
  wrap(exports) {
    const wrapped = {};
    for (const [name, value] of Object.entries(exports)) {
      const declared = this.#declared[name];
      if (declared === undefined) this.faults.add(`the export ${name} is not documented`);
      if (declared?.kind === "class") wrapped[name] = this.#wrapClass(value, declared);
      else if (declared?.kind === "function") wrapped[name] = this.#wrapFunction(value, declared);
      else {
        wrapped[name] = value;
        if (declared?.kind === "value") this.#came(declared.type, value, name);
      }
    }
    return wrapped;
  }

  #wrapClass(real, declared) {
    this.#classes.set(real, declared);
    for (const member of declared.members.filter((one) => one.static)) this.#wrapProperty(real, member);
    for (const key of publicNames(real, ["length", "name", "prototype"])) {
      if (!declared.members.some((member) => member.static && propertyKey(member.key) === key)) this.faults.add(`static ${declared.name}.${String(key)} is not documented`);
    }
    this.#prepare(real.prototype, declared);
    const constructor = declared.members.find((member) => member.key === "constructor");
    const outside = new Proxy(real, {
      construct: (target, given, newTarget) => {
        const make = (args) => Reflect.construct(target, args, newTarget === outside ? target : newTarget);
        return constructor && !this.paused ? this.#call(constructor, given, make) : make(given);
      },
    });
    Object.defineProperty(real.prototype, "constructor", { value: outside });
    return outside;
  }

  #wrapFunction(real, member) {
    const record = this;
    return function (...given) {
      if (!record.#isOfInterest(member)) return real.apply(this, given);
      return record.#call(member, given, (args) => real.apply(this, args));
    };
  }

  /** Wraps the members that lie on the prototypes of an instance. */
  #prepare(prototype, declared) {
    if (this.#prepared.has(prototype)) return;
    this.#prepared.add(prototype);
    const members = this.#shapes.membersOf(declared).filter((member) => !member.static);
    for (let at = prototype; at !== null && !isOfTheLanguage(at); at = Object.getPrototypeOf(at)) {
      this.#prepared.add(at);
      for (const key of publicNames(at, ["constructor"])) {
        const member = members.find((one) => propertyKey(one.key) === key);
        if (member) this.#wrapProperty(at, member);
        else this.faults.add(`${declared.name}.${String(key)} is not documented`);
      }
    }
  }

  #wrapProperty(owner, member) {
    const key = propertyKey(member.key);
    const property = Object.getOwnPropertyDescriptor(owner, key);
    if (property === undefined || !property.configurable) return;
    const record = this;
    if (property.get) {
      const { get } = property;
      property.get = function () {
        return record.#isOfInterest(member) ? record.#call(member, [], () => get.call(this)) : get.call(this);
      };
      if (property.set) property.set = this.#wrapFunction(property.set, { id: `set ${member.id}`, overloads: [{ params: [], returns: { kind: "any" } }] });
    } else if (typeof property.value === "function") {
      property.value = this.#wrapFunction(property.value, member);
    }
    Object.defineProperty(owner, key, property);
  }

  /** A use of a member by a test. */
  #call(member, given, act) {
    const overload = this.#overload(member, given);
    let result;
    this.#under += 1;
    try {
      result = act(overload ? this.#wrapCallbacks(overload, given) : given);
    } catch (error) {
      this.#thrown(error, member, overload, given);
      throw error;
    } finally {
      this.#under -= 1;
    }
    const returns = overload?.returns ?? member.type;
    if (typeof result?.then !== "function" || returns?.name !== "Promise") {
      this.#note(member, overload, given, result);
      return result;
    }
    this.#pending += 1;
    return result.then(
      (value) => {
        this.#pending -= 1;
        this.#note(member, { ...overload, returns: returns.types[0] }, given, value);
        return value;
      },
      (error) => {
        this.#pending -= 1;
        this.#thrown(error, member, overload, given);
        throw error;
      },
    );
  }

  /** Whether a use is to be noted. Within the package that is asked only for what nobody has used: the answer takes long. */
  #isOfInterest({ id }) {
    if (this.paused) return false;
    if (this.#under > 0 && this.used.has(id)) return false;
    return this.#isOutside();
  }

  /** Whether it is a test that uses something just now, and not the package itself. */
  #isOutside() {
    return !this.paused && ((this.#under === 0 && this.#pending === 0) || isCalledOutside());
  }

  #note(member, overload, given, result) {
    this.#noteGiven(member, overload, given);
    if (member.key !== "constructor") this.#came(overload?.returns ?? member.type, result, overload ? `${member.id}()` : member.id);
    else this.#adopt(result, this.#shapeOf(result));
  }

  #noteGiven(member, overload, given) {
    this.used.add(member.id);
    overload?.params?.forEach((param, index) => {
      const values = param.rest ? given.slice(index) : given.slice(index, index + 1);
      for (const value of values) this.#given(param.rest ? elementOf(param.type) : param.type, value);
    });
  }

  /** The overload whose parameters the arguments fit. */
  #overload({ overloads }, given) {
    const fits = ({ params }) => params.every((param, index) => param.rest || given[index] === undefined || this.#shapes.fits(param.type, given[index]));
    return overloads?.find(fits) ?? overloads?.[0];
  }

  /** A function that a test gives hears of documented things too; it stays the same one each time. */
  #wrapCallbacks({ params }, given) {
    return given.map((value, index) => {
      const listens = typeof value === "function" && params[index] && this.#shapes.of(params[index].type).find((shape) => shape.kind === "function");
      if (!listens || !listens.params.some((param) => this.#tells(param.type))) return value;
      if (!this.#callbacks.has(value)) this.#callbacks.set(value, this.#wrapCallback(value, listens));
      return this.#callbacks.get(value);
    });
  }

  /** Whether something documented may be in a value of a type. */
  #tells(type) {
    return this.#shapes.of(type).some((shape) => shape.kind === "object" || shape.kind === "instance" || (shape.kind === "array" && this.#tells(shape.of)));
  }

  #wrapCallback(callback, { params }) {
    const record = this;
    return function (...heard) {
      params.forEach((param, index) => record.#came(param.type, heard[index], `what ${param.name} hears`));
      return callback.apply(this, heard);
    };
  }

  /** Something that a test gave: which fields it had. Getters of what the test made are not called. */
  #given(type, value) {
    const shape = this.#shapes.match(type, value);
    if (shape?.id) this.used.add(shape.id);
    if (shape?.kind === "array" && Array.isArray(value)) value.forEach((element) => this.#given(shape.of, element));
    if (shape?.name === "Record" && isPlain(value)) {
      for (const { value: entry } of Object.values(Object.getOwnPropertyDescriptors(value))) this.#given(shape.types[1], entry);
    }
    for (const field of shape?.kind === "object" ? shape.fields : []) {
      const property = Object.getOwnPropertyDescriptor(value, field.key);
      if (property === undefined) continue;
      this.used.add(field.id);
      if ("value" in property) this.#given(field.type, property.value);
    }
  }

  /** Something that the package gave: whether it is as documented, and from now on which fields are read. */
  #came(type, value, at) {
    const shape = this.#shapes.match(type, value);
    if (shape === undefined) {
      this.faults.add(`${at} is ${inWords(value)}, which is not documented`);
      return;
    }
    if (shape.id) this.used.add(shape.id);
    if (shape.kind === "instance") this.#adopt(value, shape.declared);
    else if (shape.kind === "any") this.#adopt(value, this.#shapeOf(value));
    else if (shape.kind === "map") Object.values(value).forEach((entry) => this.#came(shape.of, entry, `an entry of ${at}`));
    else if (shape.kind === "array") value.slice(0, MOST_ELEMENTS).forEach((element) => this.#came(shape.of, element, `an element of ${at}`));
    else if (shape.kind === "builtin" && typeof value?.next === "function") this.#followIterator(value, shape.types[0], at);
    else if (shape.kind === "object") this.#cameObject(shape, value, at);
  }

  #cameObject(shape, value, at) {
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    for (const key of extraKeys(shape, value)) this.faults.add(`${at}, ${inWords(value)}, has ${key}, which is not documented`);
    for (const field of shape.fields) {
      if (!(field.key in value)) continue;
      this.#came(field.type, value[field.key], field.id);
      this.#watch(value, field);
    }
  }

  #followIterator(iterator, type, at) {
    const { next } = iterator;
    const record = this;
    iterator.next = function (...given) {
      const step = next.apply(iterator, given);
      if (!step.done) record.#came(type, step.value, `an element of ${at}`);
      return step;
    };
  }

  /** Notes when a field is first read by a test. */
  #watch(object, { key, id }) {
    if (this.used.has(id)) return;
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (!property?.configurable || property.get) {
      // What cannot be changed counts as read.
      this.used.add(id);
      return;
    }
    const { value } = property;
    const { used } = this;
    const settle = (now) => Object.defineProperty(object, key, { ...property, value: now });
    Object.defineProperty(object, key, {
      configurable: true,
      enumerable: property.enumerable,
      get: () => {
        if (!this.#isOutside()) return value;
        used.add(id);
        settle(value);
        return value;
      },
      set: settle,
    });
  }

  /** An instance of one of the package's classes. */
  #adopt(value, declared) {
    if (declared === undefined || this.#seen.has(value)) return;
    this.#seen.add(value);
    this.#prepare(Object.getPrototypeOf(value), declared);
    const members = this.#shapes.membersOf(declared).filter((member) => !member.static);
    for (const key of publicNames(value, [])) {
      const member = members.find((one) => propertyKey(one.key) === key);
      if (member) {
        this.#came(member.type ?? { kind: "any" }, value[key], member.id);
        this.#watch(value, member);
      } else if (!(value instanceof Error && SILENT.has(key))) this.faults.add(`${declared.name}.${String(key)} is not documented`);
    }
    for (const member of members) {
      if (!member.optional && member.key !== "constructor" && !(propertyKey(member.key) in value) && propertyKey(member.key) !== undefined) {
        this.faults.add(`${member.id} is documented, but ${declared.name} has no such thing`);
      }
    }
  }

  /** The class that something was made by. */
  #shapeOf(value) {
    if (typeof value !== "object" || value === null) return undefined;
    for (const [real, declared] of this.#classes) if (Object.getPrototypeOf(value) === real.prototype) return declared;
    return undefined;
  }

  /** A mistake in what was given is no use of it; a trap is, and what a signal stopped. */
  #thrown(error, member, overload, given) {
    const { id } = member;
    const declared = this.#shapeOf(error);
    if (declared?.name !== "UsageError") this.#noteGiven(member, overload, given);
    if (declared) {
      this.used.add(`new ${declared.name}`);
      this.#adopt(error, declared);
    } else if (typeof error === "string") this.faults.add(`${id} throws the bare string ${JSON.stringify(error)}`);
    else if (ENGINE_ERRORS.includes(error?.name) && isFromPackage(error.stack)) this.faults.add(`${id} throws ${error.name}: ${error.message}`);
  }
}

/** Names of a class's or instance's own properties, but for those that by custom are private. */
function publicNames(object, without) {
  return Reflect.ownKeys(object).filter((key) => !without.includes(key) && !(typeof key === "string" && key.startsWith("_")) && key !== Symbol.toStringTag);
}

const isOfTheLanguage = (prototype) => prototype === Object.prototype || prototype === Error.prototype || prototype === Function.prototype;

const elementOf = (type) => (type.kind === "array" ? type.of : { kind: "any" });

function inWords(value) {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value !== "object" || value === null) return typeof value === "string" ? JSON.stringify(value) : String(value);
  const fields = Object.keys(value).map((key) => (typeof value[key] === "string" ? `${key}: ${JSON.stringify(value[key])}` : key));
  return `${value.constructor?.name ?? "an object"} { ${fields.join(", ")} }`;
}

/** The files that calls came through, latest first, without those of the language and of this file. */
function callers(stack) {
  const lines = String(stack).split("\n").filter((line) => /^\s+at /.test(line));
  return lines.filter((line) => !line.includes("<anonymous>") && !line.includes("/tests/members/"));
}

/** The same by the stack, which takes long to look at: imported functions and listeners are outside too. */
function isCalledOutside() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 12;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const [first] = callers(stack);
  return first !== undefined && !first.includes("/pkg/");
}

/** Whether an error comes out of the package's own code. */
const isFromPackage = (stack) => /\/pkg\/|wasm:\/\//.test(callers(stack)[0] ?? "");
