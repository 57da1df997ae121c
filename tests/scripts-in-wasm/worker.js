// Runs program.wasm in a worker of a page.
import { run } from "./wasi.mjs";

const module = await WebAssembly.compileStreaming(fetch("program.wasm"));
const { code } = await run(module, { write: (line) => postMessage({ line }) });
postMessage({ end: String(code) });
