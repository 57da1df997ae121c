// Loads the package's own WebAssembly: one that executes, and one that parses text.
import startCore from "./raw/flight.js";
import startText from "./raw/flight_text.js";
import { UsageError } from "./errors.js";
import { describe } from "./given.js";
import { OwnWasm, isSource } from "./own-wasm.js";

/** Flight's own memory, once it is loaded. @type {WebAssembly.Memory | null} */
let memory = null;

/** The buffer that guests' memories lie in: another one whenever Flight's own memory grows. */
export const buffer = () => memory.buffer;

const startMain = async (given) => {
  ({ memory } = await startCore(given));
};

// Bundlers take exactly this form of address for a file that is to be brought along.
const core = new OwnWasm("flight_bg.wasm", "core", startMain, () => new URL("./flight_bg.wasm", import.meta.url));
const text = new OwnWasm("flight_text_bg.wasm", "text", startText, () => new URL("./flight_text_bg.wasm", import.meta.url));

/** Takes in where the two are: one source is that of the first. */
function remember(given) {
  if (given === undefined || given === null) return;
  if (isSource(given)) {
    core.from(given);
  } else if (typeof given === "object") {
    core.from(given.core);
    text.from(given.text);
  } else {
    throw new UsageError(`init takes bytes, a WebAssembly.Module, a Response, an address, or an object with core and text, not ${describe(given)}`);
  }
}

export async function init(given) {
  remember(given);
  await core.loaded();
}

/** What parsing text needs. */
export async function initText() {
  await Promise.all([core.loaded(), text.loaded()]);
}
