// One of the package's own WebAssembly files: where it is, and that it is loaded once.
import { UsageError } from "./errors.js";
import { describe } from "./given.js";

const isPromise = (given) => typeof given?.then === "function";
const isBytes = (given) => given instanceof ArrayBuffer || ArrayBuffer.isView(given);
const isResponse = (given) => typeof Response !== "undefined" && given instanceof Response;
const isAddress = (given) => typeof given === "string" || given instanceof URL;

/** Whether a wasm can be taken from this. */
export function isSource(given) {
  return isAddress(given) || isBytes(given) || isResponse(given) || isPromise(given) || given instanceof WebAssembly.Module;
}

/**
 * The bytes of a file, for engines whose `fetch` opens none; `null` where there are no files.
 * Asked for in this way instead of imported, Node's module does not stand in the way of bundlers for browsers.
 */
async function readFile(address) {
  if (!String(address).startsWith("file:")) return null;
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  return files ? files.readFile(new URL(address)) : null;
}

export class OwnWasm {
  #file;
  #option;
  #start;
  #ownAddress;
  #source;
  #loading = null;

  /** `start` is the glue's function that takes the wasm in; `option` is what `init` calls it. */
  constructor(file, option, start, ownAddress) {
    this.#file = file;
    this.#option = option;
    this.#start = start;
    this.#ownAddress = ownAddress;
  }

  /** Says where it is; too late once it is being loaded. */
  from(source) {
    if (source === undefined || source === null) return;
    if (!isSource(source)) {
      throw new UsageError(`${this.#option} of init is bytes, a WebAssembly.Module, a Response or an address, not ${describe(source)}`);
    }
    this.#source = source;
  }

  loaded() {
    this.#loading ??= this.#load().catch((error) => {
      // A failed download may be tried again.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #load() {
    const source = await (this.#source ?? this.#address());
    const wasm = isAddress(source) ? ((await readFile(source)) ?? source) : source;
    await this.#start({ module_or_path: wasm });
    // Bytes that were given are no longer needed.
    this.#source = undefined;
  }

  #address() {
    try {
      return this.#ownAddress();
    } catch (cause) {
      // A bundle that is no ES module has no address of its own.
      throw new UsageError(`where ${this.#file} lies cannot be told here: give it to init({ ${this.#option} })`, { cause });
    }
  }
}
