// Runs the benchmark compiled to WebAssembly: `node run.mjs bench.wasm [ARGUMENT…]`.
// Peaks of memory are told by the size of the module's memory, each measured in an instance of its own.

import { readFile } from 'node:fs/promises';

// Node warns of its WASI as of something new, in the middle of the tables.
process.removeAllListeners('warning');
const { WASI } = await import('node:wasi');

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('error: the compiled benchmark is missing: node run.mjs bench.wasm [ARGUMENT…]');
  process.exit(2);
}
const module = await WebAssembly.compile(await readFile(file));

/** Runs the benchmark's main function in a fresh instance: its exit code, and how many bytes its memory has at last. */
async function run(args) {
  const wasi = new WASI({ version: 'preview1', args: ['bench', ...args], returnOnExit: true });
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  const code = wasi.start(instance);
  return { code, bytes: instance.exports.memory.buffer.byteLength };
}

const { code } = await run(args);
process.exitCode = code;

const isWhole = !args.some((arg) => ['--filter', '--help', '-h'].includes(arg));
if (code === 0 && isWhole) {
  const engines = ['flight', 'wasmi'];
  const row = (name, cells) => console.log(name.padEnd(16) + cells.map((cell) => ` ${cell.padStart(10)}`).join(''));
  console.log('\npeak size of the module\'s memory, MiB');
  row('', engines);
  for (const task of ['nothing', 'large', 'programs']) {
    const cells = [];
    for (const engine of engines) {
      const { bytes } = await run(['--load', engine, task]);
      cells.push((bytes / 2 ** 20).toFixed(1));
    }
    row(task, cells);
  }
}
