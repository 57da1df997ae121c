// Loads Flight's own WebAssembly, once.
import load, { initSync } from "./raw/bindings_js.js";

/** @type {Promise<void> | null} */
let loading = null;

/** Flight's own memory, once it is loaded. @type {WebAssembly.Memory | null} */
let memory = null;

/** The buffer that guests' memories lie in: another one whenever Flight's own memory grows. */
export const buffer = () => memory.buffer;

const bytesUrl = () => new URL("./raw/bindings_js_bg.wasm", import.meta.url);

/** Node's `fetch` opens no files: there the bytes are read. */
async function loadFile(url) {
  const { readFile } = await import(/* @vite-ignore */ "node:fs/promises");
  ({ memory } = initSync({ module: await readFile(url) }));
}

async function loadFrom(source) {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    ({ memory } = initSync({ module: source }));
    return;
  }
  const given = source ?? bytesUrl();
  const isFile = given instanceof URL ? given.protocol === "file:" : String(given).startsWith("file:");
  if (isFile && globalThis.process?.versions?.node) {
    await loadFile(given instanceof URL ? given : new URL(given));
    return;
  }
  ({ memory } = await load({ module_or_path: given }));
}

export function init(source) {
  loading ??= loadFrom(source).catch((error) => {
    // A failed download may be tried again.
    loading = null;
    throw error;
  });
  return loading;
}
