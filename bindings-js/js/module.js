// The class Module.
import { RawModule } from "./raw/flight.js";
import { parse as parseText } from "./raw/flight_text.js";
import { parse } from "./crossing.js";
import { UsageError, guarded } from "./errors.js";
import { freeRaw } from "./freeing.js";
import { toIndex, toOptions, toText } from "./given.js";
import { init, initText } from "./init.js";

/** Only this file makes modules. */
const made = Symbol("made by Module.fromBytes or Module.fromWat");

/** The raw module of one that has not been freed. */
export function rawModule(module) {
  if (!(module instanceof Module)) throw new UsageError("a Module is expected");
  return module._raw();
}

/** The module of a raw one. */
export const moduleOf = (raw) => new Module(made, raw);

export async function bytesOf(source) {
  const given = await source;
  // What has been given away has no bytes left.
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) {
    if (given.byteLength === 0) return new Uint8Array(0);
    return given instanceof ArrayBuffer ? new Uint8Array(given) : new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  }
  if (typeof Response !== "undefined" && given instanceof Response) {
    if (!given.ok) throw new UsageError(`the response is no success: ${given.status} ${given.url}`);
    return new Uint8Array(await given.arrayBuffer());
  }
  throw new UsageError("bytes are given as an ArrayBuffer, a typed array or a Response");
}

/** The features that a module may use, as the raw layer takes them. */
const toFeatures = (options) => toText(toOptions(options).features ?? "all", "features");

/** Plain data that nobody changes any more: instances are made by it. */
function frozen(data) {
  for (const part of Object.values(data)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(data);
}

export class Module {
  #raw;
  #cache = new Map();

  constructor(key, raw) {
    if (key !== made) throw new UsageError("a Module is made by Module.fromBytes or Module.fromWat");
    this.#raw = raw;
  }

  static async fromBytes(source, options) {
    const features = toFeatures(options);
    const bytes = await bytesOf(source);
    await init();
    return new Module(made, guarded(() => RawModule.fromBytes(bytes, features)));
  }

  static async fromWat(text, options) {
    const features = toFeatures(options);
    if (typeof text !== "string") throw new UsageError("the text of a module is a string");
    await initText();
    const [bytes, places] = guarded(() => parseText(text));
    return new Module(made, guarded(() => RawModule.fromText(bytes, places, features)));
  }

  _raw() {
    if (this.#raw === null) throw new UsageError("the module has been freed");
    return this.#raw;
  }

  /** What never changes is asked for once. */
  #once(name, ask) {
    if (!this.#cache.has(name)) this.#cache.set(name, guarded(() => ask(this._raw())));
    return this.#cache.get(name);
  }

  get bytes() {
    return this._raw().bytes();
  }
  get name() {
    return this.#once("name", (raw) => raw.name() ?? null);
  }
  get features() {
    return this.#once("features", (raw) => raw.features());
  }
  get imports() {
    return this.#once("imports", (raw) => frozen(parse(raw.imports())));
  }
  get exports() {
    return this.#once("exports", (raw) => frozen(parse(raw.exports())));
  }
  get functions() {
    return this.#once("functions", (raw) => frozen(parse(raw.functions())));
  }
  get sections() {
    return this.#once("sections", (raw) => frozen(parse(raw.sections())));
  }
  customSections(name) {
    const wanted = toText(name, "the name of a section");
    const raw = this._raw();
    return this.sections.filter((section) => section.custom && section.name === wanted).map(({ start, end }) => raw.bytesBetween(start, end));
  }
  get hasStart() {
    return this.#once("hasStart", (raw) => raw.hasStart());
  }
  toWat() {
    return this.#once("wat", (raw) => parse(raw.toWat()));
  }
  textMap() {
    return this.#once("textMap", (raw) => parse(raw.textMap()));
  }
  instructionOffsets(functionIndex) {
    return guarded(() => this._raw().instructionOffsets(toIndex(functionIndex, "function")));
  }

  free() {
    if (this.#raw !== null) freeRaw(this.#raw, "module");
    this.#raw = null;
    this.#cache.clear();
  }
}

// Engines without explicit resource management have no such symbol yet.
if (Symbol.dispose) Module.prototype[Symbol.dispose] = Module.prototype.free;
