// Runs the benchmark compiled to WebAssembly, in Node or in a worker of a page.
import { run } from "../scripts-in-wasm/wasi.mjs";

const ENGINES = ["flight", "precise", "wasmi"];
const TASKS = ["nothing", "large", "programs"];

/**
 * Measures what the arguments say; `bytes` are the program's, `input` the guests'. The result is the exit code.
 * `--start ENGINE` tells how fast an engine is from the very start: compiling the benchmark is part of that.
 */
export async function measure({ bytes, args, input, write }) {
    const before = performance.now();
    const module = await WebAssembly.compile(bytes);
    const compiled = performance.now() - before;
    const full = args.flatMap((arg, index) => (args[index - 1] === "--start" ? [arg, compiled.toFixed(3)] : [arg]));
    const { code } = await run(module, { args: ["bench", ...full], input, write });
    const isWhole = !args.some((arg) => ["--programs", "--start", "--help", "-h"].includes(arg));
    if (code === 0 && isWhole) await peaks(module, args.includes("--record"), write);
    return code;
}

/** Peaks of memory are told by the size of the module's memory, each measured in an instance of its own. */
async function peaks(module, isRecorded, write) {
    const row = (name, cells) => write(name.padEnd(16) + cells.map((cell) => ` ${cell.padStart(10)}`).join(""), 1);
    write("\npeak size of the module's memory, MiB", 1);
    row("", ENGINES);
    for (const task of TASKS) {
        const cells = [];
        for (const engine of ENGINES) {
            const { bytes } = await run(module, { args: ["bench", "--load", engine, task], write });
            cells.push((bytes / 2 ** 20).toFixed(1));
            if (isRecorded) write(`@peak\t${task}\t${engine}\t${bytes}`, 1);
        }
        row(task, cells);
    }
}
