// Runs program.wasm in a worker of a page. Of WASI it gives what a program needs that only writes lines and tells the time.

/** How a program ends from inside a call. */
class Exit extends Error {
    constructor(code) {
        super(`exit ${code}`);
        this.code = code;
    }
}

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 52;

const decoder = new TextDecoder();
let memory;
let line = "";

const view = () => new DataView(memory.buffer);

const wasi = {
    args_sizes_get: zeros,
    args_get: () => SUCCESS,
    environ_sizes_get: zeros,
    environ_get: () => SUCCESS,
    fd_prestat_get: () => BAD_DESCRIPTOR,
    clock_time_get(_clock, _precision, result) {
        view().setBigUint64(result, BigInt(Math.round(performance.now() * 1e6)), true);
        return SUCCESS;
    },
    random_get(address, length) {
        crypto.getRandomValues(new Uint8Array(memory.buffer, address, length));
        return SUCCESS;
    },
    fd_write(_descriptor, vectors, count, written) {
        let total = 0;
        for (let index = 0; index < count; index += 1) {
            const address = view().getUint32(vectors + 8 * index, true);
            const length = view().getUint32(vectors + 8 * index + 4, true);
            line += decoder.decode(new Uint8Array(memory.buffer, address, length), { stream: true });
            total += length;
        }
        view().setUint32(written, total, true);
        const lines = line.split("\n");
        line = lines.pop();
        if (lines.length > 0) postMessage({ line: lines.join("\n") });
        return SUCCESS;
    },
    proc_exit(code) {
        throw new Exit(code);
    },
};

/** Two sizes, both zero. */
function zeros(count, size) {
    view().setUint32(count, 0, true);
    view().setUint32(size, 0, true);
    return SUCCESS;
}

const instance = await load();
memory = instance.exports.memory;
let code = 0;
try {
    instance.exports._start();
} catch (error) {
    if (!(error instanceof Exit)) postMessage({ line: `${error.name}: ${error.message}` });
    code = error instanceof Exit ? error.code : 134;
}
postMessage({ end: String(code) });

async function load() {
    const module = await WebAssembly.compileStreaming(fetch("program.wasm"));
    const imports = Object.fromEntries(
        WebAssembly.Module.imports(module).map(({ name }) => [name, wasi[name] ?? (() => NOT_SUPPORTED)]),
    );
    return WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
}
