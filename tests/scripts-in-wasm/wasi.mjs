// Of WASI what a program needs that reads its arguments and its standard input, writes lines, and tells the time.
// It works in pages, in workers and in Node.

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 52;

/** How a program ends from inside a call. */
class Exit extends Error {
    constructor(code) {
        super(`exit ${code}`);
        this.code = code;
    }
}

/**
 * Runs a compiled program in a fresh instance: its exit code, and how many bytes its memory has at last.
 * `write` is called with one or more whole lines, and with the descriptor that they were written to.
 */
export async function run(module, { args = [], input = new Uint8Array(0), write }) {
    const decoder = new TextDecoder();
    const words = [...args].map((word) => new TextEncoder().encode(`${word}\0`));
    const started = [1, 2].map(() => "");
    let memory;
    let read = 0;
    const view = () => new DataView(memory.buffer);
    const vectors = (list, count) =>
        Array.from({ length: count }, (_, index) => {
            const address = view().getUint32(list + 8 * index, true);
            return new Uint8Array(memory.buffer, address, view().getUint32(list + 8 * index + 4, true));
        });
    /** Two numbers that the program asks for: how many strings there are, and their bytes. */
    const sizes = (list) => (count, bytes) => {
        view().setUint32(count, list.length, true);
        view().setUint32(bytes, list.reduce((sum, { length }) => sum + length, 0), true);
        return SUCCESS;
    };

    const wasi = {
        args_sizes_get: sizes(words),
        args_get(places, bytes) {
            for (const [index, word] of words.entries()) {
                view().setUint32(places + 4 * index, bytes, true);
                new Uint8Array(memory.buffer).set(word, bytes);
                bytes += word.length;
            }
            return SUCCESS;
        },
        environ_sizes_get: sizes([]),
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
        fd_read(descriptor, list, count, result) {
            if (descriptor !== 0) return BAD_DESCRIPTOR;
            const before = read;
            for (const vector of vectors(list, count)) {
                const part = input.subarray(read, read + vector.length);
                vector.set(part);
                read += part.length;
            }
            view().setUint32(result, read - before, true);
            return SUCCESS;
        },
        fd_write(descriptor, list, count, written) {
            let total = 0;
            for (const vector of vectors(list, count)) {
                started[descriptor - 1] += decoder.decode(vector, { stream: true });
                total += vector.length;
            }
            view().setUint32(written, total, true);
            const lines = started[descriptor - 1].split("\n");
            started[descriptor - 1] = lines.pop();
            if (lines.length > 0) write(lines.join("\n"), descriptor);
            return SUCCESS;
        },
        proc_exit(code) {
            throw new Exit(code);
        },
    };
    const imports = WebAssembly.Module.imports(module).map(({ name }) => [name, wasi[name] ?? (() => NOT_SUPPORTED)]);
    const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: Object.fromEntries(imports) });
    memory = instance.exports.memory;
    let code = 0;
    try {
        instance.exports._start();
    } catch (error) {
        if (!(error instanceof Exit)) write(`${error.name}: ${error.message}`, 2);
        code = error instanceof Exit ? error.code : 134;
    }
    return { code, bytes: memory.buffer.byteLength };
}
